"""What fraud says about money: payments, inheritances, ransoms, invoices to be disputed by telephone."""

from typing import Final

PAYMENT: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "wire transfer", "bank transfer", "transfer of funds", "process a payment", "process this payment",
        "make a payment", "outgoing payment", "urgent payment", "payment today", "payroll information",
        "my payroll", "overdue invoice", "invoice is overdue", "outstanding invoice", "settle the invoice",
        "pay the attached invoice", "attached invoice", "remittance", "beneficiary account", "iban", "swift code",
        "gift cards", "gift card", "itunes cards", "scratch the back", "send me the codes",
        "confidential transaction", "confidential acquisition", "down payment", "deposit payment",
        "payment instructions", "same day payment", "account payable", "accounts payable",
    ),
    "de": (
        "uberweisung", "uberweisen", "unsere bankverbindung", "offene rechnung", "uberfallige rechnung",
        "rechnung begleichen", "zahlung veranlassen", "zahlung ausfuhren", "geschenkkarten", "gutscheinkarten",
        "iban", "vertrauliche transaktion", "anzahlung",
    ),
    "fr": (
        "virement", "coordonnees bancaires", "facture impayee", "facture en retard", "reglement de la facture",
        "cartes cadeaux", "operation confidentielle", "iban",
    ),
    "es": (
        "transferencia bancaria", "transferencia urgente", "factura pendiente", "factura vencida",
        "tarjetas de regalo", "operacion confidencial",
    ),
    "it": (
        "bonifico", "coordinate bancarie", "fattura scaduta", "fattura insoluta", "carte regalo",
        "operazione riservata",
    ),
    "pt": (
        "transferencia bancaria", "dados bancarios", "fatura em atraso", "fatura vencida", "cartoes presente",
        "operacao confidencial",
    ),
    "nl": (
        "overschrijving", "openstaande factuur", "cadeaubonnen",
    ),
    "pl": (
        "przelew", "zaległa faktura", "niezapłacona faktura", "karty podarunkowe",
    ),
    "ru": (
        "банковскии перевод", "неоплаченныи счет", "просроченныи счет", "подарочные карты",
    ),
    "ja": (
        "振込先", "送金", "請求書の支払い", "至急お支払い", "ギフトカード",
    ),
    "zh": (
        "电汇", "转账", "汇款", "付款", "未付发票", "礼品卡",
    ),
    "ar": (
        "تحويل بنكي", "حوالة", "فاتورة متأخرة", "بطاقات الهدايا",
    ),
}  # fmt: skip

QUIET_APPROACH: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "are you available", "are you at your desk", "are you in the office", "are you free", "quick task",
        "quick favor", "quick favour", "do me a favor", "do me a favour", "need you to handle", "need a favor",
        "can t take calls", "cannot take calls", "can not take calls", "in a meeting", "cannot talk",
        "can t talk right now", "keep this between us", "keep this confidential", "strictly confidential",
        "discreet", "reply with your", "your cell phone number", "your mobile number", "your personal number",
        "text me", "let me know once done", "reply only to this", "get back to me asap", "handle this personally",
    ),
    "de": (
        "sind sie am platz", "sind sie verfugbar", "bist du da", "bin in einer besprechung", "nicht telefonisch",
        "nicht telefonieren", "streng vertraulich", "absolut vertraulich", "handynummer", "kurze aufgabe",
    ),
    "fr": (
        "etes vous disponible", "etes vous au bureau", "je suis en reunion", "strictement confidentiel",
        "numero de portable", "entre nous",
    ),
    "es": (
        "esta disponible", "estoy en una reunion", "estrictamente confidencial", "numero de movil",
        "entre nosotros",
    ),
    "it": (
        "sei disponibile", "e disponibile", "sono in riunione", "strettamente riservato", "massima riservatezza",
    ),
    "pt": (
        "voce esta disponivel", "estou em reuniao", "estritamente confidencial",
    ),
    "pl": (
        "czy jestes dostepny", "jestem na spotkaniu", "scisle poufne",
    ),
    "ru": (
        "вы на месте", "я на совещании", "строго конфиденциально",
    ),
    "ja": (
        "会議中", "極秘", "電話に出られません",
    ),
    "zh": (
        "我在开会", "不方便接电话", "保密",
    ),
}  # fmt: skip

ADVANCE_FEE: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "the sum of", "million five hundred", "this transaction", "your urgent",
        "security company", "foreign account", "god bless you",
        "bank account details", "utmost confidentiality", "strictest confidence", "i got your contact",
        "late father", "former president", "percent of the total", "of the total sum", "dying woman", "dying man",
        "decided to donate", "i want to donate", "donate what i have", "attention beneficiary",
        "fund was recovered", "your payment notification", "your fund", "i am contacting you", "mutual benefit",
        "strictly confidential business", "transaction of", "inherited", "deposit of", "deceased client",
        "deceased customer", "same last name", "good news for you", "loan at", "my name is mrs", "my name is mr",
        "sincere and honest", "permanent loan", "next of kin", "inheritance", "late husband", "my husband died",
        "dying of cancer", "cancer patient", "terminal illness", "widow", "million dollars",
        "million united states dollars", "million usd", "million euros", "m usd", "beneficiary", "abandoned fund",
        "unclaimed fund", "consignment", "diplomat", "god fearing", "dear beloved", "beloved in christ",
        "dear friend", "charity work", "donate to you", "donation to you", "i am donating", "randomly selected",
        "your email was selected", "email was randomly selected", "business proposal", "investment partner",
        "foreign partner", "atm card", "western union", "moneygram", "compensation fund",
        "united nations compensation", "barrister", "private search", "reply for more details",
        "seeking your assistance", "transfer the fund", "loan offer", "3 interest rate", "private investor",
        "orphanage",
    ),
    "de": (
        "erbschaft", "nachster angehoriger", "millionen dollar", "millionen euro", "spende fur sie",
        "krebs erkrankt",
    ),
    "fr": (
        "heritage", "millions de dollars", "millions d euros", "mon defunt mari", "cancer en phase",
    ),
    "es": (
        "herencia", "millones de dolares", "millones de euros", "mi difunto esposo", "donacion",
    ),
    "pt": (
        "fundo foi recuperado", "sou a sra", "de caridade", "boas noticias", "premio em dinheiro", "heranca",
        "milhoes de dolares", "milhoes de euros", "meu falecido marido", "falecido marido", "antes de morrer",
        "antes de falecer", "casada com o", "oferta de premio em dinheiro", "selecionado aleatoriamente",
        "querido no senhor", "caro proprietario do e mail", "emirados arabes", "doacao",
    ),
    "ru": (
        "наследство", "миллионов долларов", "благотворительность",
    ),
    "it": (
        "eredita", "milioni di dollari", "milioni di euro",
    ),
    "zh": (
        "遗产", "百万美元",
    ),
}  # fmt: skip

EXTORTION: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "recorded you", "recorded a video", "webcam", "your webcam", "front camera", "masturbat*", "porn", "porno",
        "adult site", "adult sites", "trojan", "spyware", "keylogger", "malware on", "your contacts",
        "all your contacts", "bitcoin wallet", "btc wallet", "btc address", "bitcoin address", "send bitcoin",
        "in bitcoin", "pay me", "hacked your", "i hacked", "been hacked", "full access to your", "remote access",
        "your private data", "delete the video", "destroy the video", "48 hours to pay", "hours to pay",
        "i know your password", "i have your password",
    ),
    "de": (
        "ihre webcam", "aufgenommen habe", "bitcoin wallet", "bitcoin adresse", "ihre kontakte", "trojaner",
        "gehackt", "pornoseite*",
    ),
    "fr": (
        "votre webcam", "portefeuille bitcoin", "vos contacts", "cheval de troie", "pirate",
    ),
    "es": (
        "su camara", "monedero bitcoin", "sus contactos", "troyano", "hackeado",
    ),
    "it": (
        "tua webcam", "portafoglio bitcoin", "tuoi contatti", "hackerato",
    ),
    "pt": (
        "sua webcam", "carteira bitcoin", "seus contatos", "hackeado",
    ),
    "ru": (
        "вебкамеру", "биткоин кошелек", "ваши контакты", "взломан",
    ),
}  # fmt: skip

CALL_BACK: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "has been charged", "will be charged", "auto debited", "auto debit", "will be debited", "has been debited",
        "auto renewal", "auto renewed", "renewal of your subscription", "subscription has been renewed",
        "thank you for your purchase", "thank you for your order", "recently issued invoice", "money receipt",
        "to cancel this order", "cancel the subscription", "cancel your subscription", "did not authorize",
        "didn t authorize", "not authorize this", "if you did not make", "call us immediately", "call our",
        "toll free", "helpline", "help desk number", "customer support number", "customer care",
        "contact our support", "support team at", "call us at", "call us on", "speak with", "refund department",
        "billing department", "your order has been", "your order no", "token id", "paypal llc",
    ),
    "de": (
        "wurde abgebucht", "wird abgebucht", "rufen sie uns", "kundendienst anrufen", "kostenlose hotline",
    ),
    "fr": (
        "a ete debite", "sera debite", "appelez nous", "numero gratuit",
    ),
    "es": (
        "se ha cargado", "sera cargado", "llamenos", "numero gratuito",
    ),
    "pt": (
        "ligue para", "central de atendimento", "caso nao reconheca", "foi debitado",
    ),
}  # fmt: skip

BANK_CHANGE: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "new bank details", "new bank account", "bank details have changed", "changed our bank", "change of bank",
        "updated bank details", "updated banking", "change my bank", "change my direct deposit",
        "update my direct deposit", "direct deposit information",
    ),
    "de": (
        "neue bankverbindung", "geanderte bankverbindung", "bankverbindung hat sich geandert",
    ),
    "fr": (
        "nouvelles coordonnees bancaires", "changement de rib", "nouveau rib",
    ),
    "es": (
        "nuevos datos bancarios", "nueva cuenta bancaria", "cambio de cuenta bancaria",
    ),
    "it": (
        "nuove coordinate bancarie", "nuovo iban",
    ),
    "pt": (
        "novos dados bancarios",
    ),
    "nl": (
        "nieuw rekeningnummer", "gewijzigd rekeningnummer",
    ),
    "pl": (
        "nowy numer konta", "zmiana numeru konta",
    ),
    "ru": (
        "новые реквизиты", "изменились реквизиты",
    ),
    "ja": (
        "振込先の変更", "口座変更",
    ),
    "zh": (
        "银行账户变更", "新的银行账户",
    ),
    "ar": (
        "حساب بنكي جديد",
    ),
}  # fmt: skip
