"""Status checks of a protected domain, with the DNS record that fixes each problem."""
