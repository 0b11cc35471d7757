"""A renewed certificate is used for the next connection; one that can't be used changes nothing and is logged."""

import logging
import os
import shutil
import smtplib
import ssl

import pytest

from gateway.intake.tls import ServerCertificate
from tests.gateway.mails import mail
from tests.mail_servers.certificates import certificate_for

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])


@pytest.fixture
def files(tmp_path, settings):
    """The files that the intake is told of, with a first certificate in them."""
    made = certificate_for(tmp_path / "first")
    certificate, key = tmp_path / "smtp.crt", tmp_path / "smtp.key"
    shutil.copy(made.certificate, certificate)
    shutil.copy(made.key, key)
    settings.GATEWAY_SMTP_CERTIFICATE, settings.GATEWAY_SMTP_KEY = str(certificate), str(key)
    return certificate, key


def shown(port):
    """Return the certificate that STARTTLS shows on a new connection, in DER."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.starttls(context=context)
        return smtp.sock.getpeercert(binary_form=True)


def der(file):
    return ssl.PEM_cert_to_DER_cert(file.read_text())


def test_a_new_certificate_is_used_by_new_connections_and_an_open_one_goes_on(files, intake, tmp_path):
    certificate, key = files
    context = ssl.create_default_context(cafile=str(certificate))
    with smtplib.SMTP("127.0.0.1", intake, timeout=20) as opened:
        opened.starttls(context=context)
        first = shown(intake)
        new = certificate_for(tmp_path / "second")
        os.replace(new.key, key)
        os.replace(new.certificate, certificate)
        assert first != der(certificate)
        assert shown(intake) == der(certificate)
        assert opened.sendmail("ann@partner.example", ["bo@acme.example"], mail()) == {}


def test_a_broken_file_keeps_the_earlier_certificate_and_is_logged_once(files, intake, tmp_path, caplog):
    certificate, key = files
    first = der(certificate)
    with caplog.at_level(logging.ERROR, logger="gateway.intake.tls"):
        certificate.write_text("half a cert")
        assert [shown(intake), shown(intake)] == [first, first]
        assert len([one for one in caplog.records if "the earlier one is kept" in one.message]) == 1
    new = certificate_for(tmp_path / "second")
    shutil.copy(new.certificate, certificate)
    assert shown(intake) == first, "the certificate alone does not fit the earlier key"
    shutil.copy(new.key, key)
    assert shown(intake) == der(new.certificate)


def test_a_file_that_is_gone_keeps_the_earlier_certificate(files, intake):
    first = der(files[0])
    files[0].unlink()
    assert shown(intake) == first


def test_a_certificate_that_is_broken_at_the_start_ends_the_start(files):
    files[0].write_text("half a cert")
    with pytest.raises(OSError):  # noqa: PT011 - ssl.SSLError has no stable text
        ServerCertificate(*files)
