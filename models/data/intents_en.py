"""English customer turns with their intents: written by us for this repository, labelled as they were written.

They cover what MultiDoGO lacks (collections, passwords, appointments) and let the model be trained without it. One
author wrote them all, so a figure on them says that the machinery works and little about real callers.
"""

from __future__ import annotations

_WRITTEN: dict[str, str] = {
    "lost_card": """
i lost my debit card yesterday
my wallet got stolen and the card was in it
please block my card i can't find it anywhere
somebody took my credit card on the train
i think i dropped my card at the petrol station
need to report a stolen card
my bag was snatched and all my cards are gone
the card is missing can you freeze it
""",
    "replace_card": """
my card is cracked and i need a new one
the chip stopped working can you send another card
my card expires next month when do i get the new one
i changed my name and need the card reprinted
can i swap this card for the new design
the magnetic strip is worn out
the replacement never arrived in the post
how much is it to get a replacement card
""",
    "update_address": """
i moved house last week
please change my address
my mail still goes to the old flat
i need to update where you send my statements
we relocated to leeds so the address on file is wrong
can i give you my new postal address
how do i change the address on my account
the apartment number is missing from my address
""",
    "balance": """
how much money do i have in my account
what's my balance
can you check what is left in checking
i'd like to know the balance of my savings
did my salary come in how much is there now
tell me my available balance please
what was the balance at the end of last month
just want to check my account balance
""",
    "transfer": """
i want to move money to my savings
please send two hundred dollars to my son's account
can i wire money abroad from here
transfer five hundred from checking to savings
i need to send the rent to my landlord
how do i set up a monthly transfer to my wife
move some cash between my accounts
i'd like to make a wire to another bank
""",
    "dispute": """
i don't recognize this charge
there's a payment on my statement that isn't mine
i was charged twice for the same thing
i never bought anything from that shop
somebody used my card for a purchase i didn't make
the amount on the bill is wrong
i returned it and they still took the money
i want to dispute a transaction from last friday
i already paid that bill and you're asking again
""",
    "close_account": """
i want to close my account
please cancel my credit card
i'm moving to another bank so shut it all down
i don't need this savings account anymore
how do i terminate the contract
close my late father's account please
the annual fee is too high cancel the card
i'd like to end my membership
""",
    "account_details": """
what's the routing number
i need your swift code
can you tell me my account number
what is the sort code of my branch
which number do i give my employer for direct deposit
my friend abroad needs the iban
is the routing number the same for wires
where do i find the bank code
""",
    "offer_eligibility": """
am i eligible for the gold card
do i qualify for the promotional rate
i got a letter about an offer does it apply to me
can students get this card
would i be approved for a bigger limit
are there any rewards i can use right now
is the welcome bonus for existing customers too
check if i can get the mortgage discount
""",
    "order_checks": """
i'd like to order checks
i'm running out of checks
can you send me a new checkbook
how much is a box of checks
i need checks for my business account
where are the checks i ordered
reorder the same checks as last time
please mail me two checkbooks
""",
    "hardship": """
i can't afford the payment this month
i lost my job and there's no money coming in
my hours were cut and i can't keep up
i've been in hospital and have no income
we're barely getting by right now
i just don't have the money
the business went under and i've got nothing left
after rent there is nothing to pay you with
my husband is sick and he can't work
i got laid off in march
i used up all my savings
medical bills ate everything we had
i'm three months behind on everything
there's no way i can pay that
""",
    "payment_arrangement": """
can i pay it in installments
could i have two more weeks
is there a payment plan
can we lower the monthly amount
i can do fifty a month if that works
could you push the due date back until payday
can i pay half now and half next month
i'd like to set up an arrangement
would you take a partial payment
is it possible to defer a month
can you waive the late fee if i pay the rest
spread it over six months please
could i skip this month and add it to the end
""",
    "make_payment": """
i want to make a payment
can i pay my bill over the phone
i'd like to pay the card off today
take the payment from my checking account
i'll pay the whole thing on friday
how do i pay online
let me pay what's overdue now
where do i send the payment
i'm ready to pay it in full
can i pay with a debit card
i want to pay extra on my loan
set up autopay for my bill
""",
    "payment_date": """
when is my payment due
what day does the direct debit go out
what's the deadline for this bill
when will you take the money
is the due date the fifteenth
by when do i have to pay
what date is the next installment
if it falls on a sunday when is it taken
when do i need to pay the minimum
""",
    "complaint": """
this is ridiculous
i want to speak to a manager
i'd like to file a complaint
i've been on hold for an hour
your service is terrible
nobody ever calls me back
this is the third time i'm calling about the same thing
the person i talked to was really rude
i'm fed up with this bank
you people keep giving me different answers
put your supervisor on the line
that's unacceptable
i'm going to report you to the ombudsman
""",
    "password_reset": """
i forgot my password
i can't log in to online banking
my account is locked after too many tries
how do i reset my pin
the code never arrives on my phone
i need to change my password
the app says wrong password
i don't remember my user name
i got a new phone and can't sign in
""",
    "appointment": """
i'd like to book an appointment
can i see an adviser on tuesday
i need to reschedule my meeting at the branch
do i need an appointment to come in
set up a time to talk about a mortgage
what slots are free next week
cancel my appointment for tomorrow please
can someone meet me at the downtown branch
""",
    "greeting": """
hello
hi there
good morning
good evening how are you
hey
hello is anyone there
hi i have a question
good afternoon
""",
    "farewell": """
bye
goodbye
have a nice day
see you
talk to you later
bye bye
take care
good night
""",
    "thanks": """
thank you
thanks so much
that was really helpful
i appreciate it
great thanks
thank you for your help
cheers
you've been very kind
""",
    "confirmation": """
yes
that's right
sure go ahead
yes please
ok
correct
yeah that works
absolutely
alright
""",
    "rejection": """
no
no that's not right
no thanks
nothing else
nope
i don't want that
that's all
not at the moment
""",
    "information": """
my name is john carter
it's 4 5 5 1 2 2
march third nineteen eighty
22 baker street springfield
the last four are 9921
jane.doe@example.com
three hundred dollars
my social is 123 45 6789
account ending in 7733
maria lopez
""",
    "other": """
hold on let me find it
can you repeat that
what are your opening hours
is this a robot
it's raining here
sorry the line is bad
do you speak spanish
i'm looking for the insurance department
what's the weather like
how did the game go
""",
}
TURNS: tuple[tuple[str, str], ...] = tuple(
    (turn, intent) for intent, block in _WRITTEN.items() for turn in block.strip().splitlines()
)
