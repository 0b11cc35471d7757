"""What ordinary automatic mail says: newsletters, receipts, scan-me pictures."""

from typing import Final

UNSUBSCRIBE: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "unsubscribe*", "opt out", "opt out here", "manage your preferences", "manage preferences",
        "email preferences", "subscription preferences", "view in browser", "view this email in", "view online",
        "you are receiving this", "you received this email because", "abmelden", "abbestellen",
        "newsletter abbestellen", "online version", "abbestellung", "austragen", "se desabonner", "se desinscrire",
        "desinscription", "desinscrire", "darse de baja", "cancelar suscripcion", "cancelar la suscripcion",
        "disiscriviti", "annulla iscrizione", "cancellare l iscrizione", "cancelar inscricao", "descadastrar",
        "deixar de receber", "afmelden", "uitschrijven", "wypisz sie", "zrezygnuj z", "anuluj subskrypcje",
        "отписаться", "отказаться от рассылки", "配信停止", "購読解除", "退订", "取消订阅", "退訂",
        "إلغاء الاشتراك", "avregistrera", "afmeld", "abonelikten",
    ),
}  # fmt: skip

RECEIPT: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "order confirmation", "your receipt", "receipt for your", "payment received", "we received your payment",
        "has shipped", "tracking number", "booking confirmation", "your itinerary", "your ticket*",
        "password reset", "reset your password", "verification code", "one time code", "bestellbestatigung",
        "ihre bestellung", "versandbestatigung", "zahlungseingang", "confirmation de commande", "votre commande",
        "recu de paiement", "confirmacion de pedido", "su pedido", "recibo", "conferma d ordine",
        "conferma dell ordine", "ricevuta", "confirmacao do pedido", "orderbevestiging", "potwierdzenie zamowienia",
        "подтверждение заказа", "ご注文の確認", "领収書", "订单确认",
    ),
}  # fmt: skip

SCAN_CODE: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "scan the qr", "scan the code", "scan this code", "scan this qr", "scan qr", "scan the image",
        "qr code below", "qr code above", "use your phone camera", "with your phone s camera",
        "with your smartphone", "with your mobile device", "scan with your", "using your smartphone", "the qr code",
    ),
    "de": (
        "qr code scannen", "scannen sie den", "qr code mit", "scannen sie", "mit ihrem smartphone",
        "mit dem smartphone",
    ),
    "fr": (
        "scannez le", "scanner le code", "scannez ce", "code qr", "avec votre telephone",
    ),
    "es": (
        "escanee el", "escanea el", "codigo qr", "con su telefono",
    ),
    "it": (
        "scansiona il", "scansioni il", "inquadra il", "codice qr",
    ),
    "pt": (
        "escaneie o", "leia o codigo", "codigo qr", "aponte a camera",
    ),
    "nl": (
        "scan de qr", "qr code scannen",
    ),
    "pl": (
        "zeskanuj kod", "kod qr",
    ),
    "ru": (
        "отсканируите", "qr код",
    ),
    "ja": (
        "qrコード", "スキャンして",
    ),
    "zh": (
        "扫描二维码", "扫描下方", "二维码", "掃描",
    ),
    "ar": (
        "امسح الرمز", "رمز الاستجابة",
    ),
}  # fmt: skip
