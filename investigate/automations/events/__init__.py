"""What automations hear of: mail judged, reported and classified, and what jobs did."""
