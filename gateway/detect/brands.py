"""Brands that attackers often impersonate, with their legitimate sender domains, and the free mail providers."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Brand:
    """One brand that attackers impersonate.

    `names` are the spellings that occur in display names, `labels` the brand's registered domains without suffix.
    """

    name: str
    names: tuple[str, ...]
    labels: tuple[str, ...]


def _brand(name: str, *labels: str, also: tuple[str, ...] = ()) -> Brand:
    return Brand(name, (name.lower(), *also), labels or (name.lower().replace(" ", ""),))


BRANDS: Final[tuple[Brand, ...]] = (
    _brand("PayPal"),
    _brand("Microsoft", "microsoft", "office", "office365", "microsoftonline", "outlook", "live", "sharepointonline",
           also=("office 365", "microsoft 365", "onedrive", "sharepoint", "outlook team")),
    _brand("Apple", "apple", "icloud", also=("icloud", "apple id")),
    _brand("Google", "google", "gmail", "youtube", "googlemail", also=("gmail team",)),
    _brand("Amazon", "amazon", "amazonaws", "amazonses", also=("amazon prime", "aws")),
    _brand("Netflix"),
    _brand("Facebook", "facebook", "facebookmail", "meta", also=("meta support", "facebook support")),
    _brand("Instagram", "instagram", "facebookmail"),
    _brand("WhatsApp"),
    _brand("LinkedIn"),
    _brand("DocuSign", "docusign"),
    _brand("Dropbox", "dropbox", "dropboxmail"),
    _brand("Adobe", "adobe", "adobesign", "echosign"),
    _brand("WeTransfer"),
    _brand("DHL", "dhl", also=("dhl express", "dhl paket")),
    _brand("FedEx", "fedex"),
    _brand("UPS", "ups", also=("ups com", "united parcel service")),
    _brand("USPS", "usps"),
    _brand("Deutsche Post", "deutschepost", "dhl"),
    _brand("La Poste", "laposte", "laposte-info", "chronopost", also=("chronopost", "colissimo")),
    _brand("Royal Mail", "royalmail"),
    _brand("Correios", "correios"),
    _brand("Coinbase"),
    _brand("Binance", "binance", also=("binance bnb", "binancebnb")),
    _brand("MetaMask", "metamask", "consensys"),
    _brand("Ledger", "ledger", also=("ledger live", "ledger update")),
    _brand("Trezor"),
    _brand("Trust Wallet", "trustwallet"),
    _brand("OpenSea", "opensea"),
    _brand("Kraken", "kraken"),
    _brand("Blockchain.com", "blockchain", also=("blockchain",)),
    _brand("Chase", "chase", "jpmorgan", also=("chase bank", "jpmorgan chase")),
    _brand("Wells Fargo", "wellsfargo"),
    _brand("Bank of America", "bankofamerica", "bofa"),
    _brand("Citibank", "citi", "citibank"),
    _brand("American Express", "americanexpress", "aexp"),
    _brand("Mastercard"),
    _brand("Visa", "visa"),
    _brand("HSBC"),
    _brand("Barclays"),
    _brand("Santander"),
    _brand("Bradesco", "bradesco", also=("banco bradesco",)),
    _brand("Itaú", "itau", "itau-unibanco", also=("itau", "banco itau")),
    _brand("Banco do Brasil", "bb", "bancodobrasil"),
    _brand("Nubank", "nubank"),
    _brand("Mercado Pago", "mercadopago", "mercadolivre", "mercadolibre", also=("mercado livre", "mercado libre")),
    _brand("Sparkasse", "sparkasse", "sparkassen"),
    _brand("Volksbank", "volksbank", "vr"),
    _brand("Deutsche Bank", "deutsche-bank", "db"),
    _brand("Commerzbank"),
    _brand("ING", "ing", also=("ing bank", "ing diba")),
    _brand("Rabobank"),
    _brand("Crédit Agricole", "credit-agricole", "ca", also=("credit agricole",)),
    _brand("Intesa Sanpaolo", "intesasanpaolo"),
    _brand("Poste Italiane", "poste", "posteitaliane"),
    _brand("Deutsche Bahn", "bahn", "deutschebahn"),
    _brand("Telekom", "telekom", "t-online", also=("deutsche telekom",)),
    _brand("MediaMarkt", "mediamarkt", "mediamarktsaturn"),
    _brand("Aldi", "aldi", "aldi-sued", "aldi-nord", "aldi-onlineshop"),
    _brand("Lidl", "lidl"),
    _brand("Edeka", "edeka"),
    _brand("Rewe", "rewe"),
    _brand("Kaufland", "kaufland", "kaufland-online"),
    _brand("Rossmann", "rossmann"),
    _brand("Decathlon"),
    _brand("Ikea", "ikea"),
    _brand("Costco"),
    _brand("Walmart", "walmart"),
    _brand("Lowe's", "lowes", also=("lowes", "lowe s")),
    _brand("Home Depot", "homedepot"),
    _brand("Shein", "shein"),
    _brand("Temu", "temu", "temuemail"),
    _brand("McAfee", "mcafee"),
    _brand("Norton", "norton", "nortonlifelock", "gendigital", also=("norton antivirus",)),
    _brand("Geek Squad", "geeksquad", "bestbuy"),
    _brand("Zoom", "zoom"),
    _brand("Louis Vuitton", "louisvuitton"),
    _brand("Internal Revenue Service", "irs", also=("irs",)),
    _brand("Social Security Administration", "ssa", also=("ssa",)),
    _brand("HMRC", "hmrc"),
    _brand("Detran", "detran"),
)  # fmt: skip

FREE_MAIL: Final = frozenset(
    [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com",
        "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.com", "gmx.de", "gmx.net", "web.de",
        "t-online.de", "freenet.de", "mail.com", "email.com", "mail.ru", "bk.ru", "inbox.ru", "list.ru",
        "yandex.ru", "yandex.com", "rambler.ru", "proton.me", "protonmail.com", "tutanota.com", "tuta.io",
        "zoho.com", "fastmail.com", "hushmail.com", "orange.fr", "laposte.net", "free.fr", "libero.it",
        "virgilio.it", "tiscali.it", "terra.com.br", "uol.com.br", "bol.com.br", "qq.com", "163.com", "126.com",
        "sina.com", "foxmail.com", "naver.com", "hanmail.net", "daum.net", "wp.pl", "o2.pl", "onet.pl",
        "interia.pl", "seznam.cz", "rediffmail.com", "yahoo.co.uk", "yahoo.co.jp", "yahoo.fr", "yahoo.de",
        "hotmail.co.uk", "hotmail.fr", "outlook.fr", "outlook.de", "live.co.uk", "netscape.net",
    ]
)  # fmt: skip


def is_free_mail(domain: str) -> bool:
    """Return whether anybody can get an address at the domain.

    A domain whose first label is `freemail` or `webmail` counts too.
    """
    return domain in FREE_MAIL or domain.partition(".")[0] in {"freemail", "webmail"}
