"""What a message says and carries: links, lures, attachments, fraud by letter."""

import io
import zipfile

import pytest

from gateway.detect.hosts import host_ip, read_target
from gateway.mail.message import Link
from tests.gateway.detect.letters import letter, names, verdict


def zipped(*entries: str, encrypted: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for entry in entries:
            archive.writestr(entry, b"x")
    data = bytearray(buffer.getvalue())
    if encrypted:
        for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            data[data.index(mark) + place] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<a href="http://evil.test/">https://portal.acme.example/login</a>', "text-target-mismatch"),
        ('<a href="http://evil.test/">www.paypal.com</a>', "text-target-mismatch"),
        ('<a href="http://198.51.100.4/x">Invoice</a>', "ip-link"),
        ('<a href="http://0xC6336404/x">Invoice</a>', "ip-link"),
        ('<a href="http://www.paypal.com@evil.test/">Pay</a>', "userinfo-link"),
        ('<a href="http://%65%76%69%6c.test/">Pay</a>', "encoded-host"),
        ('<a href="http://xn--e1afmkfd.test/">Pay</a>', "foreign-letters-host"),
        ('<a href="data:text/html;base64,PGI+">Open</a>', "data-link"),
        ('<a href="https://r.test/?url=https://evil.test/x">Open</a>', "redirect-link"),
        ('<a href="http://acme-login.test/">Open</a>', "lookalike-link"),
        ("<form action='http://evil.test/p'><input type='password'></form>", "password-form"),
    ],
)
def test_a_deceptive_link_is_named(markup: str, name: str) -> None:
    found = verdict(letter("", html=f"<p>Hello, please have a look at this page when you find the time.</p>{markup}"))
    assert name in names(found)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="https://sender.test/a">www.sender.test</a>',
        '<a href="https://click.mailer.test/a">www.sender.test</a>',
        '<a href="https://portal.acme.example/">portal.acme.example</a>',
        '<a href="https://docs.test/report.pdf">report.pdf</a>',
        '<a href="mailto:sam@sender.test">sam@sender.test</a>',
        '<a href="https://sender.test/?url=https://www.sender.test/x">Read on</a>',
    ],
)
def test_an_honest_link_is_left_alone(markup: str) -> None:
    found = verdict(letter("", html=f"<p>Minutes of the meeting, as promised.</p>{markup}"))
    assert found.disposition == "NONE"
    assert not any("link" in name or "target" in name for name in names(found))


@pytest.mark.parametrize(
    ("host", "ip"),
    [("203.0.113.9", "203.0.113.9"), ("3405803785", "203.0.113.9"), ("0xcb.0.0x71.9", "203.0.113.9"),
     ("0313.0.0161.011", "203.0.113.9"),
     ("203.0.28937", "203.0.113.9"), ("1.2.3.4.5", ""), ("256.1.1.1", ""), ("a.test", ""), ("08.1.1.1", ""), ("", "")],
)  # fmt: skip
def test_an_address_is_read_as_browsers_do(host: str, ip: str) -> None:
    assert host_ip(host) == ip


@pytest.mark.parametrize("href", ["http://[::1", "http://a b/", "//", "http://", "http:\\\\evil.test\\x", "x" * 4_000])
def test_any_link_can_be_read(href: str) -> None:
    target = read_target(Link(href, "", "a"))
    target.redirects_to()
    assert isinstance(target.is_ip, bool)


@pytest.mark.parametrize(
    "text",
    [
        "Your mailbox is full. Verify your account within 24 hours or lose access.",
        "Ihr Konto wurde gesperrt. Bitte umgehend bestätigen: hier klicken und Daten bestätigen.",
        "Votre compte a été suspendu. Cliquez ici et confirmez votre identité dans les 24 heures.",
        "Su cuenta ha sido suspendida. Haga clic y verifique su cuenta en 24 horas.",
        "Il tuo account è stato sospeso: conferma la tua identità entro 24 ore, clicca qui.",
        "Sua conta foi bloqueada. Clique aqui e confirme seus dados em 24 horas.",
        "Twoje konto zostało zablokowane. Kliknij tutaj, potwierdź tożsamość w ciągu 24 godzin.",
        "Ваша учетная запись заблокирована. Подтвердите свои данные в течение 24 часов: нажмите здесь.",
        "アカウントがロックされました。24時間以内に下記のリンクからログインして本人確認をしてください。",
        "您的账户已被暂停，请点击此处在24小时内立即验证，确认您的身份。",
        "تم تعليق حسابك. انقر هنا خلال 24 ساعة من أجل تأكيد هويتك.",
    ],
)
def test_credential_phishing_is_recognised_in_many_languages(text: str) -> None:
    found = verdict(letter("", html=f'<p>{text}</p><a href="https://login-check.web.app/x">&gt;&gt;</a>'))
    assert found.disposition in {"MALICIOUS", "SUSPICIOUS"}
    assert "account-lure" in names(found)
    assert "login-check[dot]web[dot]app" in " ".join(found.reasons)


def test_the_same_words_without_a_link_are_no_lure() -> None:
    found = verdict(letter("Did you verify your account after the password expired? Mine was suspended."))
    assert found.disposition == "NONE"


@pytest.mark.parametrize(
    ("name", "data", "finding"),
    [
        ("setup.exe", b"MZ" + b"\x00" * 90, "dangerous-attachment"),
        ("invoice.pdf", b"MZ" + b"\x00" * 90, "type-mismatch"),
        ("invoice.pdf.js", b"var a=1", "double-extension"),
        ("ann\u202efdp.exe", b"MZ", "right-to-left-name"),
        ("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00", "dangerous-attachment"),
        ("scan.zip", zipped("scan.js"), "archive-with-program"),
        ("a.docm", zipped("[Content_Types].xml", "word/vbaProject.bin"), "macro-document"),
        ("voice.html", b"<script>new Blob([atob('x')])</script>", "html-smuggling"),
        ("login.htm", b"<html><form><input type=password></form>", "html-password-form"),
    ],
)
def test_a_dangerous_attachment_is_malicious(name: str, data: bytes, finding: str) -> None:
    found = verdict(
        letter("Please settle the outstanding invoice, see attachment.", files=(("notes.txt", b"hi"), (name, data)))
    )
    assert found.disposition == "MALICIOUS"
    assert finding in names(found)
    # What lies in an archive is judged as well, behind the message's own files.
    inside = {2: "MALICIOUS"} if name.endswith(".zip") else {}
    assert found.attachment_detections == {0: "NONE", 1: "MALICIOUS"} | inside
    assert next(entry for entry in found.findings if entry.name == finding).attachment == name


def test_an_encrypted_archive_with_its_password_is_held_against_it() -> None:
    found = verdict(letter("The password is 1234.", files=(("doc.zip", zipped("a.pdf", encrypted=True)),)))
    assert found.disposition == "SUSPICIOUS"
    assert found.reasons[1:] == (
        'Attachment "doc.zip" is encrypted, so nobody but the reader can see what it holds,'
        " and the text speaks of its password.",
    )


@pytest.mark.parametrize(
    "text",
    ["Passwort: 4471", "Mot de passe : 4471", "Hasło 4471", "Пароль: 4471", "密码：4471"],
)
def test_its_password_is_told_in_the_languages_of_the_world(text: str) -> None:
    (found,) = (
        entry
        for entry in verdict(letter(text, files=(("doc.zip", zipped("a.pdf", encrypted=True)),))).findings
        if entry.name == "encrypted-attachment"
    )
    assert (found.score, "speaks of its password" in found.reason) == (0.7, True)


def test_ordinary_attachments_are_clean() -> None:
    files = (
        ("a.pdf", b"%PDF-1.7"),
        ("b.docx", zipped("[Content_Types].xml", "word/document.xml")),
        ("c.zip", zipped("a.txt")),
    )
    found = verdict(letter("The contract as agreed.", files=files))
    assert found.disposition == "NONE"
    assert found.attachment_detections == {0: "NONE", 1: "NONE", 2: "NONE", 3: "NONE"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("I am a widow dying of cancer and want to donate to you my inheritance of 8 million dollars.", "advance-fee"),
        ("I hacked your device with a trojan and recorded you on your webcam. Send Bitcoin to"
         " 1BoatSLRHtKNngkdXEeobR76b53LETtpyT or all your contacts see it.", "extortion"),
        ("PayPal: 499.99 USD will be debited today. If you did not make this order call us at +1 (888) 555-0134.",
         "call-back"),
    ],
)  # fmt: skip
def test_fraud_by_letter_is_malicious(text: str, finding: str) -> None:
    found = verdict(letter(text, sender="Jo <jo@gmail.com>"))
    assert found.disposition == "MALICIOUS"
    assert finding in names(found)


def test_an_answer_diverted_to_a_free_address_with_a_payment_request_is_fraud() -> None:
    text = "Please settle the invoice by wire transfer today; our new bank details follow."
    raw = letter(text, sender="Billing <billing@supplier.test>", Reply_To="supplier.billing@gmail.com")
    found = verdict(raw)
    assert found.disposition == "MALICIOUS-BEC"
    assert "supplier[dot]billing@gmail[dot]com" in found.reasons[1]


def test_an_answer_to_elsewhere_alone_is_clean() -> None:
    raw = letter("Thanks for your registration.", Reply_To="support@helpdesk.test")
    assert verdict(raw).disposition == "NONE"


def test_an_ordinary_invoice_is_clean() -> None:
    text = (
        "Dear Bob, please find attached invoice 1207. Payment by bank transfer within 30 days. IBAN XX00 0000. Regards"
    )
    raw = letter(text, sender="Billing <billing@supplier.test>", files=(("invoice.pdf", b"%PDF-1.7"),))
    assert verdict(raw).disposition == "NONE"


def test_a_code_to_scan_with_a_lure_is_malicious() -> None:
    html = "<p>Your password expires today. Scan the QR code below with your phone camera to keep current password.</p>"
    found = verdict(letter("", html=html, files=(("code.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50),)))
    assert found.disposition == "MALICIOUS"
    assert "qr-code-lure" in names(found)


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("call.rdp", "remote-file"),
        ("call.appinstaller", "remote-file"),
        ("page.mht", "carrier-file"),
        ("notes.one", "carrier-file"),
        ("call.slk", "dangerous-attachment"),
        ("a.js\u200b", "disguised-name"),
    ],
)
def test_a_file_that_reaches_out_or_hides_its_ending_is_at_least_suspicious(name: str, finding: str) -> None:
    found = verdict(letter("As agreed.", files=((name, b"hello"),)))
    assert found.disposition in {"SUSPICIOUS", "MALICIOUS"}
    assert finding in names(found)


def test_a_template_from_elsewhere_is_named() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/_rels/settings.xml.rels",
            '<Relationships><Relationship Type="x/attachedTemplate" Target="http://t.test/a" TargetMode="External"/>'
            "</Relationships>",
        )
    found = verdict(letter("As agreed.", files=(("a.docx", buffer.getvalue()),)))
    assert "remote-template" in names(found)
    assert found.disposition == "SUSPICIOUS"


def test_a_program_in_an_attached_message_is_judged_with_what_it_lies_in() -> None:
    inner = letter("See the file.", files=(("setup.exe", b"MZ" + b"\x00" * 90),))
    found = verdict(letter("Forwarded.", files=(("mail.eml", inner),)))
    assert found.disposition == "MALICIOUS"
    assert found.attachment_detections == {0: "MALICIOUS", 1: "MALICIOUS"}
