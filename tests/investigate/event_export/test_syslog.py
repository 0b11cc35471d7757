"""Events leave to syslog servers, in counted frames over TLS."""

from investigate.event_export.states import Way
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.event_export.receivers import Authority, syslog_receiver
from tests.investigate.event_export.sending_events import add, send, states
from tests.stack.running import wait_for


def test_syslog_is_counted_frames_over_tls(to, tmp_path):
    authority = Authority(tmp_path)
    with syslog_receiver(authority) as receiver:
        to(Way.SYSLOG, f"localhost:{receiver.port}", ca=authority.pem)
        add(1, 2)
        add(3, disposition="spam")
        send()
        assert states() == ["sent"]
        first, _, third = receiver.messages
        head, _, line = first.partition(b" - {")
        assert head.startswith(b"<132>1 20")
        assert head.endswith(b" gatehouse - email_security_alerts")
        assert faults_of(b"{" + line, "email_security_alerts") == []
        assert third.startswith(b"<134>1 ")


def test_syslog_verifies_the_certificate(to, tmp_path):
    with syslog_receiver(Authority(tmp_path)) as receiver:
        destination = to(Way.SYSLOG, f"localhost:{receiver.port}", ca=Authority(tmp_path).pem)
        add(1)
        send()
        assert receiver.messages == []
        destination.refresh_from_db()
        assert "certificate could not be verified" in destination.error


def test_syslog_that_breaks_off_is_tried_again(to, tmp_path):
    authority = Authority(tmp_path)
    with syslog_receiver(authority) as receiver:
        receiver.resets = True
        to(Way.SYSLOG, f"localhost:{receiver.port}", ca=authority.pem)
        add(1)
        send()
        assert states() == ["waiting"]
        receiver.resets = False
        send(later=True)
        assert len(receiver.messages) == 1


def test_syslog_without_tls_is_for_this_machine_alone(to, tmp_path):
    with syslog_receiver(None) as receiver:
        to(Way.SYSLOG, f"plain://127.0.0.1:{receiver.port}")
        far = to(Way.SYSLOG, "plain://logs.example:514", name="Far")
        add(1)
        send()
        far.refresh_from_db()
        assert "without TLS" in far.error
        wait_for(lambda: receiver.messages, what="the line")
        assert len(receiver.messages) == 1
