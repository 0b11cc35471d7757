"""What credential phishing says about the reader's account."""

from typing import Final

ACCOUNT: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "confirm your transaction", "pending verification", "still pending verification", "wallet suspension",
        "has not yet been verified", "final warning", "payment pending", "document is ready", "new login",
        "new sign in", "login attempt", "complete your verification", "kyc", "know your customer",
        "verify your account", "verify your identity", "confirm your account", "confirm your identity",
        "confirm your information", "confirm your password", "validate your account", "validate your mailbox",
        "update your account", "update your payment", "update your billing", "account has been suspended",
        "account has been limited", "account has been locked", "account will be suspended",
        "account will be closed", "account will be terminated", "account will be deactivated",
        "account will be deleted", "account suspended", "suspended your account", "blocked your account",
        "we ve blocked your account", "unblock your account", "unlock your account", "restore access",
        "restore your account", "reactivate your account", "unusual sign in", "unusual activity",
        "suspicious activity", "suspicious sign in", "unauthorized access", "someone tried to log in",
        "someone tried to sign in", "security alert", "password expires", "password will expire",
        "password has expired", "password expiration", "keep current password", "keep my password",
        "keep same password", "mailbox is full", "mailbox is almost full", "mailbox storage", "storage is full",
        "storage limit", "quota exceeded", "exceeded your quota", "mailbox quota", "undelivered messages",
        "messages are pending", "pending messages", "release your messages", "held messages",
        "upgrade your mailbox", "re validate", "login to continue", "immediate verification",
        "verification required", "verification is required", "action required", "immediate action",
        "wallet has been frozen", "wallet will be suspended", "verify your wallet", "connect your wallet",
        "your wallet has not", "security update", "data breach", "your device is due", "photos will be deleted",
        "photos and videos will be deleted", "all your photos", "payment rejected", "payment declined",
        "identifying information", "red flagged", "violating our terms", "membership has expired",
        "subscription has expired", "your latest security info", "review your account", "sign in to your account",
        "log in to your account", "new device was connected", "has been connected to your",
    ),
    "de": (
        "konto verifizieren", "konto bestatigen", "identitat bestatigen", "daten bestatigen", "daten aktualisieren",
        "konto wurde gesperrt", "konto wird gesperrt", "konto gesperrt", "konto wurde eingeschrankt",
        "konto wurde deaktiviert", "konto wird geloscht", "konto wird deaktiviert", "zugang gesperrt",
        "zugang wurde gesperrt", "zugang wiederherstellen", "passwort lauft ab", "kennwort lauft ab",
        "passwort abgelaufen", "passwort bestatigen", "passwort beibehalten", "ungewohnliche aktivitat",
        "ungewohnliche anmeldung", "verdachtige aktivitat", "sicherheitswarnung", "postfach ist voll",
        "postfach fast voll", "speicherplatz voll", "speicherplatz ist voll", "legitimation erforderlich",
        "verifizierung erforderlich", "bestatigung erforderlich", "handlungsbedarf", "konto entsperren", "push tan",
        "photo tan", "umgehend bestatigen", "jetzt bestatigen", "jetzt verifizieren", "viren erkannt",
    ),
    "fr": (
        "verifier votre compte", "verifiez votre compte", "confirmez votre compte", "confirmer votre identite",
        "confirmez votre identite", "compte a ete suspendu", "compte sera suspendu", "compte a ete bloque",
        "compte est bloque", "compte a ete limite", "compte suspendu", "mettre a jour vos informations",
        "mettez a jour vos informations", "mot de passe expire", "mot de passe a expire", "mot de passe va expirer",
        "activite inhabituelle", "activite suspecte", "connexion inhabituelle", "boite mail est pleine",
        "boite aux lettres est pleine", "espace de stockage", "action requise", "verification requise",
        "reactiver votre compte", "debloquer votre compte", "carte vitale", "remboursement en attente",
    ),
    "es": (
        "verifique su cuenta", "verificar su cuenta", "verifica tu cuenta", "confirme su cuenta",
        "confirmar su identidad", "confirme su identidad", "cuenta ha sido suspendida", "cuenta sera suspendida",
        "cuenta ha sido bloqueada", "cuenta bloqueada", "cuenta suspendida", "actualice sus datos",
        "actualizar sus datos", "contrasena expira", "contrasena caduca", "contrasena ha caducado",
        "contrasena va a caducar", "actividad inusual", "actividad sospechosa", "inicio de sesion inusual",
        "buzon esta lleno", "buzon lleno", "accion requerida", "restablecer el acceso", "desbloquear su cuenta",
        "evitar la suspension", "evitar el bloqueo",
    ),
    "it": (
        "verifica il tuo account", "verificare il suo account", "conferma il tuo account",
        "confermi la sua identita", "conferma la tua identita", "account e stato sospeso", "account sara sospeso",
        "conto e stato bloccato", "conto sospeso", "account sospeso", "conto bloccato", "aggiorna i tuoi dati",
        "aggiornare i suoi dati", "aggiorni i suoi dati", "password scade", "password scadra", "password e scaduta",
        "password in scadenza", "attivita insolita", "attivita sospetta", "accesso insolito", "casella e piena",
        "casella di posta e piena", "azione richiesta", "verifica richiesta", "riattivare l account",
        "sbloccare il conto",
    ),
    "pt": (
        "reaviso", "regularizacao", "documentos vencidos", "comunicado importante", "multas", "infracao",
        "suspensao da cnh", "verifique sua conta", "verificar sua conta", "confirme sua conta",
        "confirmar sua identidade", "confirme seus dados", "conta foi suspensa", "conta sera suspensa",
        "conta foi bloqueada", "conta bloqueada", "conta suspensa", "sera bloqueado", "foi bloqueado",
        "atualize seus dados", "atualizar seus dados", "atualizacao cadastral", "senha expira", "senha vai expirar",
        "senha expirou", "atividade incomum", "atividade suspeita", "caixa de entrada cheia", "caixa postal cheia",
        "acao necessaria", "desbloqueie seu", "evitar o bloqueio", "evitar suspensao", "regularize imediatamente",
        "processo de suspensao", "cnh em processo", "pontos vao expirar", "pontos expiram", "prestes a expirar",
        "compra em analise", "caso nao reconheca", "transferencia foi enviada", "internet banking",
        "modulo de seguranca", "token de seguranca",
    ),
    "nl": (
        "verifieer uw account", "bevestig uw account", "bevestig uw gegevens", "bevestig je gegevens",
        "account is geblokkeerd", "account wordt geblokkeerd", "account is opgeschort", "rekening is geblokkeerd",
        "wachtwoord verloopt", "ongebruikelijke activiteit", "verdachte activiteit", "mailbox is vol",
        "actie vereist", "bankpas verloopt", "we hebben je bevestiging nodig",
    ),
    "pl": (
        "zweryfikuj swoje konto", "zweryfikuj konto", "potwierdz swoje konto", "potwierdz tozsamosc",
        "potwierdz swoja tozsamosc", "konto zostało zablokowane", "konto zostało zawieszone",
        "konto zostanie zablokowane", "konto zostanie zawieszone", "hasło wygasa", "hasło wygasnie",
        "hasło wkrotce wygasnie", "nietypowa aktywnosc", "podejrzana aktywnosc", "skrzynka jest pełna",
        "skrzynka pocztowa jest pełna", "wymagane działanie", "zaktualizuj swoje dane", "odblokuj konto",
        "aby uniknac blokady",
    ),
    "ru": (
        "подтвердите вашу учетную запись", "подтвердите учетную запись", "подтвердите свои данные",
        "подтвердите вашу личность", "подтвердите аккаунт", "учетная запись заблокирована",
        "учетная запись будет заблокирована", "аккаунт заблокирован", "аккаунт будет заблокирован",
        "учетная запись будет удалена", "пароль истекает", "срок действия пароля", "срок действия вашего пароля",
        "необычная активность", "подозрительная активность", "подозрительный вход", "почтовыи ящик переполнен",
        "ящик переполнен", "требуется подтверждение", "обновите данные", "восстановить доступ",
    ),
    "ja": (
        "アカウントを確認", "アカウントの確認", "アカウントが停止", "アカウントを停止", "アカウントは停止",
        "アカウントがロック", "本人確認", "パスワードの有効期限", "パスワードが期限切れ", "不正なログイン",
        "不審なログイン", "異常なログイン", "異常なアクティビティ", "お支払い情報の更新", "お支払い方法の更新",
        "情報を更新してください", "ご利用を一時的に制限", "利用を制限", "利用制限", "メールボックスの容量",
        "ログインしてください", "第三者による不正",
    ),
    "zh": (
        "验证您的账户", "验证您的帐户", "验证您的账号", "确认您的账户", "确认您的身份", "账户已被暂停",
        "帐户已被暂停", "账户将被停用", "账号将被停用", "账户异常", "帐号异常", "密码即将过期", "密码已过期",
        "密码将于", "邮箱已满", "邮箱容量", "邮箱升级", "邮箱将被", "异常登录", "可疑活动", "立即验证", "重新验证",
        "驗證您的帳戶", "帳戶已被", "密碼即將", "信箱已滿", "立即驗證",
    ),
    "ar": (
        "تأكيد حسابك", "تحقق من حسابك", "التحقق من حسابك", "تم تعليق حسابك", "سيتم تعليق حسابك", "سيتم إيقاف حسابك",
        "تم إيقاف حسابك", "كلمة المرور الخاصة بك", "انتهاء صلاحية كلمة المرور", "ستنتهي صلاحية", "نشاط غير عادي",
        "نشاط مشبوه", "صندوق البريد ممتلئ", "تحديث بياناتك", "تأكيد هويتك", "إجراء مطلوب",
    ),
    "tr": (
        "hesabınızı dogrulayın", "hesabınız askıya", "sifrenizin suresi", "supheli etkinlik",
    ),
    "sv": (
        "verifiera ditt konto", "ditt konto har", "losenord upphor",
    ),
}  # fmt: skip

URGENT: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "within 24 hours", "within 48 hours", "within 12 hours", "in the next 24 hours", "in the next 48 hours",
        "immediately", "urgent", "urgently", "as soon as possible", "asap", "last chance", "final warning",
        "last warning", "final notice", "final reminder", "expires today", "before it s too late", "or lose access",
        "permanently", "time sensitive", "right away", "by end of day", "before close of business",
    ),
    "de": (
        "innerhalb von 24 stunden", "innerhalb von 48 stunden", "dringend", "sofort", "umgehend", "letzte mahnung",
        "letzte chance", "letzte warnung", "unverzuglich",
    ),
    "fr": (
        "dans les 24 heures", "sous 24 heures", "sous 48 heures", "urgent", "immediatement", "dernier rappel",
        "derniere chance", "dans les plus brefs delais", "afin d eviter", "sans delai",
    ),
    "es": (
        "en 24 horas", "en las proximas 24 horas", "en un plazo de", "urgente", "inmediatamente", "ultimo aviso",
        "ultima oportunidad", "lo antes posible", "para evitar",
    ),
    "it": (
        "entro 24 ore", "entro 48 ore", "urgente", "immediatamente", "ultimo avviso", "ultima possibilita",
        "il prima possibile", "per evitare",
    ),
    "pt": (
        "em 24 horas", "em ate 24 horas", "nas proximas 24 horas", "urgente", "imediatamente", "ultimo aviso",
        "ultima chance", "o mais rapido possivel", "para evitar",
    ),
    "nl": (
        "binnen 24 uur", "binnen 48 uur", "dringend", "onmiddellijk", "laatste kans",
    ),
    "pl": (
        "w ciagu 24 godzin", "w ciagu 48 godzin", "pilne", "natychmiast", "ostatnie ostrzezenie", "aby uniknac",
    ),
    "ru": (
        "в течение 24 часов", "в течение 48 часов", "срочно", "немедленно", "последнее предупреждение",
    ),
    "ja": (
        "24時間以内", "48時間以内", "至急", "ただちに", "直ちに", "緊急",
    ),
    "zh": (
        "24小时内", "48小时内", "立即", "紧急", "尽快", "24小時內",
    ),
    "ar": (
        "خلال 24 ساعة", "خلال 48 ساعة", "فورا", "عاجل",
    ),
}  # fmt: skip

SIGN_IN: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "log in", "login", "sign in", "click here", "click below", "click the link", "click the button",
        "verify now", "confirm now", "update now", "follow the link", "review documents", "view document",
        "continue here", "download app", "start verification",
    ),
    "de": (
        "anmelden", "einloggen", "klicken sie hier", "hier klicken", "link unten", "folgenden link", "zum konto",
    ),
    "fr": (
        "cliquez ici", "connectez vous", "se connecter", "cliquer ici", "cliquez sur le lien", "lien ci dessous",
    ),
    "es": (
        "haga clic", "haz clic", "inicie sesion", "iniciar sesion", "pulse aqui", "siguiente enlace",
    ),
    "it": (
        "clicca qui", "clicchi qui", "accedi", "accedere", "fai clic", "fare clic", "seguente link",
    ),
    "pt": (
        "clique aqui", "acesse", "acessar", "entrar agora", "clique no link", "clique no botao",
    ),
    "nl": (
        "klik hier", "inloggen", "log in",
    ),
    "pl": (
        "kliknij tutaj", "kliknij ponizej", "zaloguj sie", "kliknij w link",
    ),
    "ru": (
        "нажмите здесь", "нажмите на ссылку", "воидите", "воити в", "перейдите по ссылке", "перейти по ссылке",
    ),
    "ja": (
        "こちらをクリック", "ログイン", "下記のリンク", "以下のリンク", "こちらから",
    ),
    "zh": (
        "点击这里", "点击此处", "请点击", "登录", "點擊", "登入",
    ),
    "ar": (
        "انقر هنا", "اضغط هنا", "تسجيل الدخول",
    ),
}  # fmt: skip

DOCUMENT: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "new documents to review", "documents to review and sign", "review and sign", "shared a document with you",
        "shared a file with you", "has shared a file", "document has been shared", "you have received a document",
        "new voicemail", "new voice message", "voice message from", "missed call", "new fax", "received a fax",
        "scanned document", "secure message", "encrypted message", "document is available", "e signature",
        "docusign", "protected document",
    ),
    "de": (
        "dokument geteilt", "dokument fur sie freigegeben", "neue sprachnachricht", "gescanntes dokument",
        "zur unterschrift",
    ),
    "fr": (
        "a partage un document", "document partage", "nouveau message vocal", "document a signer",
    ),
    "es": (
        "ha compartido un documento", "documento compartido", "nuevo mensaje de voz", "documento para firmar",
    ),
    "it": (
        "ha condiviso un documento", "documento condiviso", "nuovo messaggio vocale",
    ),
    "pt": (
        "compartilhou um documento", "nota fiscal esta disponivel", "nota fiscal eletronica",
        "nota fiscal do seu pedido",
    ),
    "ja": (
        "ドキュメントを共有", "ファイルを共有", "新しいボイスメール",
    ),
    "zh": (
        "共享了文档", "共享文件", "语音邮件",
    ),
}  # fmt: skip

DELIVERY: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "message pending", "package pending for delivery", "shipment", "package pending", "package is pending",
        "package is waiting", "your package", "parcel is waiting", "parcel is on hold", "delivery attempt failed",
        "failed delivery", "unable to deliver your", "could not be delivered", "reschedule your delivery",
        "schedule your delivery", "redelivery", "customs fee", "shipping fee", "delivery fee",
        "pending for delivery", "track and receive",
    ),
    "de": (
        "ihr paket", "paket konnte nicht", "paket wartet", "zustellung ansteht", "zustellversuch", "zollgebuhr",
        "liefergebuhr", "sendung konnte nicht",
    ),
    "fr": (
        "votre colis", "colis en attente", "livraison en attente", "frais de livraison", "frais de douane",
        "tentative de livraison",
    ),
    "es": (
        "su paquete", "tu paquete", "paquete pendiente", "entrega pendiente", "gastos de envio",
        "intento de entrega", "tasa de aduana",
    ),
    "it": (
        "pacco in attesa", "suo pacco", "tuo pacco", "tentativo di consegna", "spese di spedizione",
        "consegna fallito",
    ),
    "pt": (
        "entrega pendente", "seu pacote", "sua encomenda", "encomenda esta", "taxa de entrega", "taxa alfandegaria",
    ),
    "nl": (
        "je pakket", "uw pakket", "pakket is opgehouden", "douanerechten", "bestelling te verzenden",
        "bezorgkosten",
    ),
    "pl": (
        "twoja paczka", "paczka oczekuje", "nieudana proba doreczenia", "opłata celna", "dopłata do przesyłki",
    ),
    "ru": (
        "ваша посылка", "посылка ожидает", "доставка посылки", "таможенныи сбор",
    ),
    "ja": (
        "お荷物のお届け", "不在のため", "再配達", "お荷物を",
    ),
    "zh": (
        "您的包裹", "包裹无法", "重新投递", "清关费用",
    ),
    "ar": (
        "طردك", "الشحنة الخاصة بك", "رسوم الجمارك",
    ),
}  # fmt: skip
