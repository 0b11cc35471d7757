"""Text templates of synthetic mail: subjects and bodies by kind, with placeholders for words, numbers and links."""

THINGS = "budget contract forecast invoice minutes offer order plan report roadmap schedule survey".split()
PLACES = "Bergen Cádiz Dakar Essen Fukuoka Gdańsk Hanoi Izmir Jaipur Kyoto Lyon Maputo Nantes Oulu Porto".split()

INTERNAL = [
    (
        "{thing} for {place}",
        "Hi,\n\nattached are my notes on the {thing}. Could you look at point {n} before Thursday?\n\nThanks",
    ),
    ("Re: {thing} {n}", "Fine with me. Let us talk about {place} in the weekly.\n\n> Shall we send version {n}?"),
    (
        "Kantine: Speiseplan KW {n}",
        "Hallo zusammen,\n\nder Speiseplan für KW {n} hängt aus. Am Mittwoch gibt es Linsen.\n\nGrüße",
    ),
    ("Réunion {place}", "Bonjour,\n\nla réunion sur le projet {n} est reportée à 14 h.\n\nMerci"),
    ("出張の件 {n}", "お疲れさまです。\n{place} への出張について、日程は {n} 日でお願いします。"),
    ("Lunch in {place}?", "Who joins? We meet at 12:{nn} at the gate."),
]
PARTNER = [
    ("Order {n}: dispatched", "Dear customer,\n\nyour order {n} left our warehouse in {place} today.\n\nKind regards"),
    ("Minutes of our call on the {thing}", "Hello,\n\nas promised the minutes. Item {nn} is still open on your side."),
    (
        "Angebot {n}",
        "Sehr geehrte Damen und Herren,\n\nanbei unser Angebot {n}. Es gilt vier Wochen.\n\nMit freundlichen Grüßen",
    ),
    ("Presupuesto {n}", "Buenos días:\n\nles enviamos el presupuesto {n} para {place}.\n\nUn saludo"),
    ("Receipt {n}", "Thank you for your purchase.\n\nReceipt {n}\nTotal: {nn}.00 EUR\n"),
]
NEWSLETTER = [
    ("What is new in {place} this week", "Five things to read about {place}, and a discount of {nn} %."),
    ("{nn} % off every {thing} template", "Our spring sale has begun. Templates for every {thing} are {nn} % off."),
    ("Lettre d'information n° {n}", "Toute l'actualité de {place} en {nn} minutes."),
]
LISTS = [
    (
        "[dev] Re: patch {n} for the {thing} parser",
        "On line {nn} the loop runs once too often, I think.\n\n-- \ndev mailing list",
    ),
    ("[dev] release {nn}.{nn} candidate", "Please test. Known problems: {n}.\n\n-- \ndev mailing list"),
]
CREDENTIALS = [
    (
        "Your mailbox is {nn} % full",
        "Your mailbox is almost full. Verify your account within 24 hours or it will be suspended:\n\n"
        "{link}\n\nHelp desk {n}",
    ),
    (
        "Ihr Konto wurde eingeschränkt ({n})",
        "Wir haben ungewöhnliche Anmeldungen festgestellt. Bestätigen Sie Ihr Passwort sofort:\n\n"
        "{link}\n\nIhr Sicherheitsteam",
    ),
    (
        "Votre mot de passe expire aujourd'hui",
        "Votre mot de passe expire aujourd'hui. Vérifiez votre compte immédiatement :\n\n{link}\n\nRéf. {n}",
    ),
    (
        "Su cuenta será suspendida",
        "Verifique su cuenta y su contraseña en 24 horas, o será suspendida:\n\n{link}\n\nReferencia {n}",
    ),
    ("Document {n} was shared with you", "A document was shared with you. Sign in to view it:\n\n{link}"),
]
FRAUD = [
    (
        "Invoice {n} overdue",
        "Please pay the overdue invoice {n} today. Our bank details have changed: use the new IBAN XX{n} "
        "for the transfer.",
    ),
    (
        "Quick favour",
        "Are you at your desk? I need you to process an urgent wire transfer before noon. Keep this confidential.",
    ),
    ("Gift cards", "I am in a meeting and need {nn} gift cards for clients urgently. Buy them and send me the codes."),
]
SPAM = [
    ("You have won {n} EUR!!!", "CONGRATULATIONS!!! You are the lucky winner of {n} EUR. Claim your prize now: {link}"),
    ("Cheap pills, no prescription", "Viagra, Cialis and more, {nn} % off, no prescription, order now: {link}"),
    (
        "Re: your inheritance of {n} million",
        "Dear beneficiary, I am the lawyer of a late client who left {n} million USD to you.",
    ),
]
