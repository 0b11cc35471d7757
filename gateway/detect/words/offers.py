"""What unwanted advertising and prize scams promise."""

from typing import Final

PRIZE: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "free gifts", "consumer rewards", "has been released", "score has been released", "reward*", "unclaimed",
        "get your free", "exclusive benefits", "loyalty benefits", "you earned", "you have been selected",
        "you ve been selected", "you have been chosen", "you ve been chosen", "you are a winner",
        "you re a winner", "you have won", "you ve won", "our winner", "lucky winner", "claim your prize",
        "claim your reward", "claim your gift", "claim your bonus", "claim your free", "claim your share",
        "claim your tokens", "claim now", "claim bonus", "receive a reward", "exclusive reward",
        "gift card giveaway", "free gift", "win a reward", "take a survey", "answer and win",
        "complete the survey", "short survey", "congratulations", "your reward", "prizes to be won",
        "fantastic prize", "special rewards", "airdrop*", "eligible for", "special surprise", "confirm now to win",
        "your gift is waiting",
    ),
    "de": (
        "gutschein*", "einkaufsgutscheine", "wir verlosen", "verlosen", "glucklicher gewinner", "pramie",
        "geschenk erhalten", "jetzt sichern", "letzte mal dass wir sie", "sie wurden fur", "ausgewahlt",
        "sie wurden ausgewahlt", "du wurdest ausgewahlt", "wurden heute fur", "wurde ausgewahlt", "ausgewahlt um",
        "herzlichen gluckwunsch", "gluckwunsch", "wir gratulieren ihnen", "wir gratulieren dir", "unser gewinner",
        "gewinnen sie", "gewinnspiel*", "gewinndaten", "gutschein gewinnen", "verlosung", "endauslosung",
        "einkaufsgutschein*", "einkaufgutschein*", "geschenkkarte*", "geschenkcoupons", "ihre pramie",
        "sie haben gewonnen", "finalisten", "auserwahlten", "umfrage teil", "dies ist ihre chance", "zu gewinnen",
        "gutschein wartet", "kundengeschenk", "jetzt mitmachen", "ihre belohnung", "1 paket",
    ),
    "fr": (
        "vous avez ete selectionne", "vous avez gagne", "felicitations", "cheque cadeau", "carte cadeau",
        "gagnant", "votre recompense", "tentez votre chance", "une surprise pour",
        "opportunite unique de recevoir", "jeu concours", "bon d achat",
    ),
    "es": (
        "ha sido seleccionado", "has sido seleccionado", "ha ganado", "has ganado", "felicidades", "enhorabuena",
        "tarjeta regalo", "su premio", "tu premio", "sorteo", "ganador",
    ),
    "it": (
        "sei stato selezionato", "e stato selezionato", "hai vinto", "ha vinto", "congratulazioni", "buono regalo",
        "carta regalo", "il tuo premio", "estrazione", "vincitore",
    ),
    "pt": (
        "ganhe", "pontos acumulados", "voce foi selecionado", "foi selecionado para", "parabens", "voce ganhou",
        "seu premio", "sorteio", "convite exclusivo", "convite especial", "seu convite", "voce recebeu um convite",
        "pre qualificado", "resgatar agora", "cartao presente", "qualificacao aprovada",
        "beneficio foi autorizado",
    ),
    "nl": (
        "cadeau", "win een", "kans maken", "geselecteerd voor", "u bent geselecteerd", "je bent geselecteerd",
        "gefeliciteerd", "u heeft gewonnen", "je hebt gewonnen", "cadeaukaart", "claim je", "claim uw",
        "welkomstbonus", "prijs gewonnen",
    ),
    "pl": (
        "zostałes wybrany", "wygrałes", "gratulacje", "twoja nagroda", "karta podarunkowa", "odbierz nagrode",
    ),
    "ru": (
        "вы выиграли", "поздравляем", "ваш приз", "вы выбраны", "розыгрыш",
    ),
    "ja": (
        "当選", "おめでとうございます", "プレゼントキャンペーン",
    ),
    "zh": (
        "恭喜您", "中奖", "获奖", "领取奖品",
    ),
    "ar": (
        "لقد فزت", "مبروك", "جائزتك",
    ),
}  # fmt: skip

CASINO: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "freispiel*", "freispins", "spielautomat*", "slots", "spins", "einzahlungsbonus", "online casino",
        "online casinos", "on line casino", "freispiele", "free spins", "gratis spins", "bonus spins",
        "casino bonus", "willkommensbonus", "ohne einzahlung", "keine einzahlung", "welcome bonus",
        "every deposit", "casino deal", "casino angebot", "casino offer", "casino", "jackpot", "slot machine*",
        "cassino", "tours gratuits", "tiradas gratis", "giri gratis", "blackjack", "poker", "казино", "赌场",
        "カジノ",
    ),
}  # fmt: skip

DATING: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "want to go on a date", "let s chat", "try to chat", "chat with you", "want to know me", "get to know me",
        "ideal man", "updated her profile", "waiting to meet you", "adult entertainment", "free adult",
        "webcam girls", "enjoy sex", "sex every", "singles", "heiße", "heisse", "single frauen",
        "mit diesen frauen", "in deiner nahe", "neue menschen kennenlernen", "girls", "ladies", "dating",
        "verfuhrerisch*", "niet openen", "lets chat", "know me", "lust", "frauen", "vrouwen", "femmes",
        "hot women", "hot girls", "hot ladies", "russian ladies", "russian women", "russian lady", "russian girls",
        "russian singles", "ukrainian beauties", "ukrainian women", "beautiful russian", "meet women",
        "meet singles", "local women", "local singles", "adult match", "adult dating", "sexy", "sexual*",
        "erotic*", "xxx", "nude", "naked", "hardcore", "geile", "teen action", "russische vrouwen",
        "russische meisjes", "heißesten mitglieder", "heissesten mitglieder", "fick*", "beautes ukrainiennes",
        "rencontrer des", "spannende afspraak", "tits", "titties", "pussy", "masturbat*", "porn*", "milf",
        "signora", "знакомства", "секс", "美女", "援交", "出会い",
    ),
}  # fmt: skip

PHARMACY: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "prescription medications", "weight loss drugs", "herbal", "diet pills", "longer erections",
        "sexual desire", "enhance your", "men s health", "doctor visit", "online doctors", "generic",
        "medications", "pills", "no rx", "online drugstore", "drug store", "discount meds", "meds online",
        "sexual performance", "sex enhancer*", "increased size", "last longer in bed", "seduce", "*viagra*",
        "vlagra*", "cialis", "clalls*", "levitra", "*pfizer*", "erection*", "erectile", "penis", "penile",
        "male power", "male enhancement", "enlarge your", "enlargement", "pharmacy", "pharma", "painkillers",
        "vicodin", "hydrocodone", "oxycontin", "oxycodone", "adderall", "xanax", "valium", "phentermine",
        "ozempic", "semaglutide", "without prescription", "no prescription", "prescription drugs", "refills",
        "sex remedies", "potency", "libido", "hgh", "human growth hormone", "cbd", "testosterone", "potenzmittel",
        "potenz*", "apotheke ohne rezept", "виагра",
    ),
}  # fmt: skip

SLIMMING: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "dieting", "body fat", "while you sleep", "aging", "fat loss", "metabolism", "cravings", "energy level",
        "appetite", "mental clarity", "healing salve", "better vision", "lasik*", "teeth bright", "skin disorders",
        "natural way to", "hair growth", "regrow your", "hair loss", "stronger healthier hair", "years younger",
        "joint pain", "nerve pain", "tingling", "bladder", "prostate", "natural ingredient", "weight loss results",
        "skin care", "collagen", "hormone", "weight loss", "lose weight", "lose inches", "burn fat", "fat burning",
        "belly fat", "keto", "ketoplus", "abnehmen", "gewichtsreduktion", "fett verbrennen", "krampfadern",
        "afvallen", "perdre du poids", "perder peso", "dimagrire", "emagrecer", "whiten your teeth", "whitening",
        "wrinkles", "anti aging", "years off your", "hearing aids", "blood sugar", "neuropathy",
        "numbness in your", "tinnitus", "doctors hate", "medical discovery", "stoppen met roken", "schlank*",
    ),
}  # fmt: skip

CRYPTO: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "auszahlung", "btc", "bitcoin*", "usdc", "crypto currency", "escrowed tokens", "claim your tokens",
        "blockchain", "web3*", "stake your", "dogecoin", "ethereum", "bitcoin auszahlung", "bitcoin konto",
        "bitcoin guthaben", "btc auszahlung", "crypto trading", "crypto bonus", "airdrop", "token airdrop",
        "presale", "wallet connect", "claim your usdc", "usdc cashback", "usdt", "tether program", "ico token",
        "bnb token", "xrp", "nft", "free btc", "invest in bitcoin", "trading bot", "forex", "guaranteed returns",
        "guaranteed profit", "double your", "passive income", "investment opportunity", "high return*",
        "penny stock", "stock alert", "bitcoin bank", "staking rewards", "криптовалют*",
    ),
}  # fmt: skip

EASY_MONEY: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "대출", "신용카드", "創業", "贷款", "everyone approved", "no credit checks", "no credit check",
        "credit cards accepted", "house payments", "grants", "financial opportunities", "fire your boss",
        "tired of working", "make you wealthy", "lenders", "loan programs", "home equity", "perfect credit",
        "per week", "from your home", "from the comfort of", "no experience", "get rich quick", "be debt free",
        "unsecured", "working from home", "second income", "residual income", "free information about",
        "no selling", "this program works", "unlimited income", "pay off your", "merchant account*",
        "repair your credit", "online income", "retire early", "commissions", "financial future",
        "credit card processing", "per month from", "no money down", "insurance agents", "insurance quotes",
        "marketing opportunity", "money making", "loan requirements", "loan offer", "business loan",
        "solar incentives", "solar savings", "home buyers", "credit card denied", "medicare",
        "denied a credit card", "cashback", "energieprijzen", "energierekening", "energiepreise", "solaranlage",
        "photovoltaik", "warmepumpe", "haus verkaufen", "earn money", "work from home", "earn from home",
        "from home with ease", "a day from home", "make money", "make money fast", "extra income", "extra cash",
        "financial freedom", "be your own boss", "get rich", "earn 500", "earn 1 000", "earn millions",
        "home based business", "mlm", "network marketing", "cash bonus*", "credit card debt", "debt consolidation",
        "get out of debt", "pay your bills", "refinance", "second mortgage", "mortgage*", "mortgage quote",
        "lowest rates", "interest rates are at", "homeowner", "home loan", "low credit score", "bad credit",
        "credit repair", "life insurance", "term life", "insurance quote*", "auto insurance", "car insurance",
        "health insurance", "plano de saude", "planos de saude", "annuity", "annuities", "policyholder*",
        "pre approved", "accept credit cards", "accept major credit cards", "bad or no credit",
        "good or bad credit", "lower your payments", "risk free", "no obligation", "cash offer", "sell your house",
        "house fast", "timeshare", "solar panels", "heat pump", "pompe a chaleur", "energietarief",
        "energieaanbod", "energiekosten", "vaste lasten", "devis gratuit", "geld verdienen", "reich werden",
        "gagner de l argent", "ganar dinero", "ganhar dinheiro", "заработок", "赚钱", "兼职",
    ),
}  # fmt: skip

SALES: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "할인", "쇼핑몰", "무료", "특별가", "特價", "折扣", "促销", "批发", "供应商", "廠商", "cable descrambler",
        "never repay", "be your own private eye", "dig up facts", "privacy software", "internet privacy",
        "your free copy", "free download", "domain names", "traffic to your", "list your", "fill out the form",
        "form below", "act today", "call now", "call toll free", "toll free", "nothing to lose",
        "change your life", "much much more", "shipping and handling", "no cost to you", "free quote",
        "100 guaranteed", "don t miss this", "what are you waiting for", "place your order", "order yours",
        "forward looking statements", "otcbb", "strong buy", "penny stocks", "bulk e", "lowest possible",
        "direct from the manufacturer", "factory direct", "click here to order", "order online", "order today",
        "order by phone", "guaranteed approval", "ink cartridges", "cell phones", "ringtones", "replica",
        "replicas", "oem software", "cheap software", "satellite tv", "free dish", "extended warranty",
        "car warranty", "prepaid legal", "credit report", "psychic", "dvd burner", "web site design",
        "promote your", "maximum exposure", "submit your site", "your website is not listed",
        "i visited your website", "your web site", "prospects", "swiss replica*", "replica*",
        "watches of your dream", "bulk e mail", "direct e mail", "email advertising", "e mail advertising",
        "reach the masses", "exit list", "list instructions", "remove in the subject",
        "reply to this message to be", "not listed on some", "search engines", "secret link",
        "background investigation*", "try it free", "discount id", "firesale", "this is a marketing message",
        "marketing message", "no longer wish to receive", "message was mailed to", "was mailed to",
        "marketing agency", "free shipping", "versandkostenfrei", "jetzt einkaufen", "nach lieferung bezahlen",
        "jetzt bestellen", "nur kurze zeit", "exklusives angebot", "exklusive angebote", "kostenlose*",
        "in your area", "membership has expired", "get free", "spring sale", "seasonal sale", "promotion",
        "affiliate*", "limited time offer", "limited offer", "act now", "order now", "buy now", "shop now",
        "special offer", "exclusive offer", "best price*", "lowest price*", "off for you", "80 off", "70 off",
        "90 off", "75 off", "50 off", "50 korting", "100 free", "absolutely free", "free trial",
        "satisfaction guaranteed", "money back", "replica watches", "rolex", "louis vuitton", "luxury watch*",
        "designer bags", "bulk email", "email list", "email lists", "email addresses", "email database",
        "targeted leads", "web hosting", "search engine ranking", "search engine optimization", "seo",
        "website traffic", "listed on", "business cards", "printer cartridges", "toner", "inkjet", "dvd copy",
        "university diploma*", "degree without", "100 kostenlos", "kostenlos testen", "gratis testen",
        "ohne bedingungen", "nur heute", "black friday", "rabatt*", "sonderangebot*", "tijdelijke aanbieding",
        "promotion exclusive", "proposta exclusiva", "tabela promocional", "oferta exclusiva", "emergency kit",
        "notfallset", "notfallkoffer", "power station", "car emergency", "customer gift", "free kit", "antivirus",
        "virus detected", "virus infiziert", "mcafee", "devices could be at risk", "scrubber", "wifi router",
        "this is an advertisement", "this advertisement", "the advertiser does not manage", "opted in to receive",
        "remove yourself", "to be removed", "removal instructions", "purchased list", "click here to remove",
        "cold email", "b2b", "increase your sales", "grow your business", "outsourc*",
        "software development services", "translation software", "发票", "代开", "优惠", "特价", "無料",
    ),
}  # fmt: skip

REMOVAL: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "수신거부", "수신을 원치", "请删除", "stop receiving", "would not like to get more", "you will be removed",
        "click to stop", "opt out click", "please do not reply to this email it is an",
        "result of your feedback form", "to be removed", "be removed from", "removed from our",
        "removed from future", "future mailings", "further mailings", "further emails", "wish to receive our",
        "not wish to receive", "from our mailing list", "from this mailing list", "be unsubscribed",
        "be excluded from", "previously unsubscribed", "still receiving this", "was obtained from",
        "you have opted in", "you opted in", "opt in list", "abuse control", "our mailings",
        "accept our apologies", "remove your email", "remove your address", "simply reply to this",
        "please reply with remove", "click below to be removed", "to be removed from this",
        "to be removed from our", "to be removed from future", "remove in the subject", "with remove in",
        "with the word remove", "reply with remove", "type remove", "subject remove", "remove me", "off our list",
        "removed from our list", "removed from this list", "removed from our mailing", "removed from the mailing",
        "removal instructions", "click here to be removed", "click here to remove", "remove yourself from",
        "this is a one time mailing", "one time mailing", "one time message", "this message is sent in compliance",
        "sent in compliance", "bill s 1618", "section 301", "this is not spam", "this is not unsolicited",
        "not considered spam", "cannot be considered spam", "opted in through", "one of our partners",
        "one of our partner sites", "partner sites", "partner web sites", "our marketing partners",
        "from one of our sponsors", "opt in email list", "does not wish to receive", "wish to be removed",
        "would like to be removed", "prefer not to receive", "your address was obtained",
        "if you received this in error", "if you have received this message in error and wish",
        "this is an advertisement", "this is an advert", "this email is a commercial", "this is a commercial",
        "adv", "este correo no puede ser considerado spam", "dieser newsletter ist kein spam", "remover seu email",
        "remover seu e mail", "caso nao queira receber", "si no desea recibir mas",
        "si vous ne souhaitez plus recevoir nos offres", "wenn sie keine weiteren angebote",
    ),
}  # fmt: skip

EXPLICIT: Final[dict[str, tuple[str, ...]]] = {
    "any": (
        "porn*", "xxx", "hardcore", "pussy", "tits", "titties", "horny", "milf", "nude", "naked girls", "cumshot*",
        "live sex", "sex cam", "sex cams", "hot teens", "teen sex", "amateur sex", "anal sex", "forced sex",
        "big cock", "adult content", "adults only", "must be 18", "18 years or older", "webcam girls",
        "live webcam", "hot chicks", "barely legal", "free sex", "sex dating", "sexkontakte", "sextreffen",
        "nackt", "poringa", "sesso gratis", "sexe gratuit", "порно", "无码", "裸聊", "成人网站", "無修正",
    ),
}  # fmt: skip
