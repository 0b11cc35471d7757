# ruff: noqa: E501 - the sentences of mail are one line each.
"""Words and sentences of made-up mail: everyday business, newsletters, notices of programs, and campaigns."""

FIRST = "Anna Ben Carla David Elif Farid Greta Hugo Ines Jonas Katja Luca Mara Nils Olga Pavel Rosa Samir Tessa Umut".split()
LAST = "Adler Brandt Costa Dietz Ekberg Fabre Gruber Haas Ito Jansen Keller Lang Moreau Novak Olsen Petit Quint Roth".split()
COMPANIES = "Northwind Halden Brightway Corvus Delmar Eastgate Fjord Granite Harbour Ironbridge Juniper Kestrel".split()
THINGS = (
    "offer contract shipment schedule drawing report budget prototype sample invoice workshop agenda plan review"
    " manual test bench pump valve sensor turbine lease quote tender audit survey catalogue licence server"
).split()
VERBS = "sent checked finished changed ordered moved printed signed measured repaired compared updated booked".split()
PLACES = "Berlin Oslo Lyon Porto Graz Turin Ghent Malmo Leeds Krakow Basel Utrecht Bilbao Tartu".split()
TIMES = (
    "today tomorrow this morning|next week|on Monday|on Tuesday|after lunch|by Friday|at the end of the month".split(
        "|"
    )
)

BUSINESS = [
    "I have {verb} the {thing} for {place} and put it into the folder.",
    "Could you have a look at the {thing} before we talk {time}?",
    "{first} told me that the {thing} from {company} is late again.",
    "The {thing} needs another round, the figures for {place} do not add up.",
    "We {verb} two of the {thing}s {time}, the others follow.",
    "Shall we meet {time} about the {thing}?",
    "Please send me the latest {thing} when {first} is back.",
    "{company} asks whether the {thing} can be {verb} {time}.",
    "My train to {place} leaves early, so I will call you {time}.",
    "I would rather wait for the {thing} than guess.",
    "The room in {place} is booked, {first} brings the {thing}.",
    "As discussed with {first} I {verb} the {thing} and the {thing2}.",
    "Nobody at {company} remembers who {verb} that {thing}.",
    "Thanks for the {thing}, it helped a lot in {place}.",
    "Let us keep the {thing2} as it is and only replace the {thing}.",
]

TAILS = [
    "because {first} is away {time}",
    "and {company} pays for it",
    "which leaves the {thing2} open",
    "so the people in {place} can go on",
    "though nobody has {verb} it before",
    "if the {thing2} allows that",
    "as long as {last} agrees",
    "before the {thing2} goes to {place}",
    "after {first} had {verb} the old one",
    "with a copy to {last} at {company}",
    "until we know what {place} needs",
    "or we lose the {thing2} for good",
]

DISCLAIMER = (
    "This message and its attachments are confidential and meant for the person named above only. If you are not that"
    " person please delete it and tell the sender. We accept no liability for damage by viruses."
)

NEWS = [
    "{company} opens a new hall in {place} and looks for people who know {thing}s.",
    "Our readers ask: when is a {thing} worth its price? We {verb} twelve of them.",
    "Interview with {first} {last} about the market for {thing}s in {place}.",
    "Save the date: the {thing} days in {place} start {time}.",
    "New in the shop: a {thing} that was {verb} by hand.",
    "Ten things about {place} that you did not know, and a {thing} to win.",
    "From the workshop: how {company} {verb} its first {thing}.",
    "Prices of {thing}s fell in {place}, {company} says why.",
]

NOTICES = [
    "Your {thing} was {verb} in project {company}. Open the board to see who did it and what is left to do.",
    "{first} {last} commented on a {thing}: please look again. Reply to this mail to answer in the thread.",
    "The nightly build of {thing} ended without errors. All steps ran, artefacts are stored for thirty days.",
    "Reminder: the {thing} with {first} starts soon. Join from your calendar or by phone with the numbers below.",
    "Backup of {thing} complete. Volumes were compared with the copy in {place} and no difference was found.",
    "A parcel with your {thing} left {place}. You get another message when it is out for delivery in your street.",
]

# Campaigns: openings, bodies and closings with choices in braces; a campaign draws one of each and keeps it.
LURE_OPENINGS = [
    "{{Dear|Hello|Good day}} {first}, we {{noticed|saw|recorded}} a sign-in to your mailbox from {place}.",
    "{{Attention|Notice|Important}}: the storage of your mailbox is {{almost full|nearly used up|at its limit}}.",
    "{{Hi|Hello|Dear}} {first}, {company} has {{shared|sent|left}} a document with you for signature.",
    "Your {{payroll|salary|wage}} details must be {{confirmed|verified|checked}} before the next payment run.",
    "A voice message of {{forty|twenty|thirty}} seconds from {last} is {{waiting|ready|available}} for you.",
    "The delivery of your parcel from {company} could not be {{completed|finished|made}} because a fee is open.",
    "{{Dear|Good morning}} {first}, your password {{expires|runs out|ends}} within one day.",
    "Our accounts team has {{changed|updated|moved}} its bank, {{please|kindly}} see the letter attached.",
]
LURE_BODIES = [
    "To keep {{access|your access}} you have to {{confirm|verify}} your account with the button below. Accounts that are"
    " not {{confirmed|verified}} are {{closed|locked|suspended}} without a further notice and all stored mail is"
    " {{removed|deleted}}. It takes a minute only.",
    "The file is encrypted for your {{protection|safety}}. Sign in with your {{work|office}} mail address to {{open|read}}"
    " it. If the page asks twice, {{enter|type}} the password again. {company} keeps the file for three days.",
    "For security {{reasons|causes}} the release waits until you {{answer|respond}}. Use the form that we"
    " {{prepared|made}}, fill in all fields and keep the reference. Our desk in {place} works around the clock.",
    "{{Please|Kindly}} settle the small amount with your card {{today|now}} so that the driver can try again. The parcel"
    " goes back to the sender when the term is over, and the sender {{charges|bills}} you for storage.",
    "Listen to it with the player in your browser, no program is {{needed|required}}. The recording is {{erased|removed}}"
    " after it was heard {{once|twice}}. Do not forward it, the link belongs to your mailbox alone.",
    "All transfers for open invoices have to go to the new account from {{now|today}} on. {{Confirm|Tell us}} by return"
    " when the {{next|coming}} payment is made and send the {{receipt|proof}} to this address.",
]
LURE_CLOSINGS = [
    "{{Regards|Best regards|Sincerely}}, the team of the {{help desk|service desk}}",
    "{{Thank you|Thanks}} for your help. Mail administration, {company}",
    "This notice was {{made|written}} by a program. Do not answer it.",
    "{{Yours|Greetings}}, {last}, accounts payable, {place}",
]
LURE_SUBJECTS = [
    "{{Action|Answer}} needed: your mailbox {number}",
    "New voice message for {first}",
    "Document {number} from {company} waits for you",
    "Payroll confirmation {number}",
    "Parcel {number}: fee open",
    "{first}, your password ends today",
    "Changed bank details {company}",
    "Storage {{warning|notice}} {number}",
]
SHORT_REQUESTS = [
    "{{Hi|Hello}} {first}, are you at your desk? I need a {{quick|small}} favour before my next meeting. I can't take"
    " calls now, {{mail me|write}} back as soon as you read this.",
    "{first}, I want to {{surprise|thank}} some of our people with gift cards and need your help to buy them {{today|now}}."
    " Keep this between us and {{answer|reply}} with your mobile number.",
    "{{Hello|Hi}}, I have {{changed|moved}} my bank and want my salary on the new account from this month on. What do you"
    " need from me to {{make|enter}} the change before the run?",
]
