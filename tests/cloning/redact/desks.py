"""Calls to desks of several trades, with what is personal in them marked: "[PHONE oh one ...]".

Written for these tests; everybody and everything in them is fictional.
"""

# ruff: noqa: E501  A turn is a line.

import re

from agent.cloning.recorded import Conversation, Turn

DENTIST = """
a: Good morning, Brookfield Dental, [AGENT Anjali] speaking, how can I help?
c: Oh hello, it's [PERSON Margaret Okonkwo] here. I've got toothache, upper left, since Sunday.
a: Oh dear. Can I take your date of birth, Mrs [PERSON Okonkwo]?
c: [AGE Fourteenth of the third, nineteen fifty-one].
a: And are you registered with Doctor [PERSON Whitfield] or Doctor [PERSON Shah]?
c: Doctor [PERSON Shah]. [HEALTH I'm on warfarin], by the way, and [HEALTH I've a pacemaker].
a: An emergency appointment is forty-five pounds, and a check-up is twenty-six eighty. I've nine forty on Thursday or ten past two on Friday the eighth.
c: Thursday at nine forty, please. My daughter [PERSON Chinwe] will drive me.
a: And a number for you?
c: [PHONE Oh one nine one, four nine eight, oh double two three].
a: [PHONE Double two three]. And the postcode?
c: [POSTCODE N E six, five R T]. [ADDRESS Number nine, Tannery Row].
a: Lovely, see you Thursday at nine forty, [PERSON Margaret]. If you need us out of hours it's one one one.
"""
INSURER = """
a: Thank you for calling Corvane Insurance, you're through to [AGENT Kieran], calls are recorded. Can I take your policy number?
c: Yes, it's [REFERENCE C V seven seven, four one oh, nine two two B].
a: And who am I speaking to?
c: [PERSON Tobias Lindqvist]. [SPELLED L, I, N, D, Q, V, I, S, T].
a: Thanks, [PERSON Tobias]. And the registration of the vehicle?
c: [REFERENCE Y F sixty-eight, K L M].
a: The excess is two hundred and fifty pounds, and the renewal comes to four hundred and twelve pounds thirty. What's happened?
c: Somebody's gone into the back of me on the A one oh one at Wisbech. A chap called [PERSON Dermot Fahey]. His number's [PHONE oh seven seven double oh, nine double oh, six six one].
a: Your claim reference is [REFERENCE five five oh nine one two]. You can ring us on oh eight hundred, one one one, four four four, eight till eight, Monday to Saturday.
c: And can you e-mail that to me? [EMAIL t lindqvist seventy-nine at outlook dot com].
a: [EMAIL t lindqvist seventy-nine at outlook dot com]. And we'd pay within fourteen days, to the account ending [ACCOUNT four four one nine].
c: Sort code's [ACCOUNT twenty, thirty-one, forty-four], account [ACCOUNT six one oh two, seven seven three one].
"""
HOTEL = """
a: Good evening, The Larches Hotel, reservations, [AGENT Sofia] speaking.
c: Hi [AGENT Sofia], I'd like a room for two nights, the twelfth and thirteenth of June, two adults and a child, she's four.
a: A double with breakfast is one hundred and forty-nine pounds a night, or one seventy-five with the sea view. Dinner is thirty-two fifty a head, and check-in is from three.
c: The sea view. And [HEALTH my mum uses a wheelchair], is there a lift?
a: There is, and room two one four is next to it. What name shall I put it under?
c: [PERSON Pryce-Jones]. [SPELLED P, R, Y, C, E]. [PERSON Gwenllian] is the first name.
a: And a card to hold it?
c: [CARD Five four one three, three three oh oh, eight nine oh oh, one oh two oh]. Expiry is [CARD oh nine twenty-eight] and it's [CARD eight eight one] on the back.
a: Thank you, Ms [PERSON Pryce-Jones]. Your booking reference is [REFERENCE H K four four seven two Q]. You can cancel free of charge up to forty-eight hours before.
c: And we're coming from Shrewsbury, how long's that?
a: About an hour and fifty minutes on the A five.
"""
BANK = """
a: Hello, is that Mr [PERSON Abdullahi]?
c: Speaking.
a: It's [AGENT Mark] from Fennimore Savings. Before we go on, what's the first line of your address?
c: [ADDRESS Flat three B, Corbett House], [ADDRESS eighty-eight Lower Quay Street].
a: Your rate's going from three point five to four point one percent from the first of May, and the minimum balance is five hundred pounds.
c: Will my wife [PERSON Grace] still be on it?
a: She will, yes. Will there be anything else? May I send a text?
c: No, thanks, [AGENT Mark]. My email's [EMAIL ahmed underscore abdullahi at yahoo dot co dot uk] if you need it.
a: [EMAIL Ahmed underscore Abdullahi at yahoo dot co dot uk].
c: I'm [AGE seventy-eight], so a letter's better. Send it care of my son [PERSON Yusuf], [ADDRESS sixteen Bramble Way].
"""
GARAGE = """
a: Haxby's, [AGENT Lee] speaking.
c: Hi [AGENT Lee], I want to book my Fiesta in for an M O T. Reg is [REFERENCE N K one nine, T Z O].
a: We've got Tuesday the fourth at eight fifteen, or Friday at two. It's forty-five for the test, and a full service is one eight nine.
c: Is that one eight nine all in? I was quoted two oh five at Kwik Motors.
a: All in. Parts have a two-year guarantee. What name is it?
c: [PERSON Sam Ferreira], that's [SPELLED F for Freddie, E, double R, E, I, R, A].
a: Cheers [PERSON Sam]. Mobile?
c: It's [PHONE oh seven seven, double oh nine, oh oh three, four six].
a: And it's a two thousand and nineteen, one point five diesel, seventy-one thousand miles on the clock?
c: Yep. The code it's showing is P oh four two oh. What's your number in case I'm late?
a: Oh one nine oh four, four nine six, one one one.
"""
SHOP = """
a: Hello and thanks for calling Bramley and Fitch, you're speaking to [AGENT Oluwaseun].
c: Hello. I ordered a sofa, order number [REFERENCE B F one oh oh, three six two seven], and it's not come.
a: I'm sorry about that. Is that for Mr [PERSON Kowalczyk] at [ADDRESS seventeen Priory Gardens]?
c: Yes, [PERSON Zbigniew Kowalczyk]. My wife [PERSON Agnieszka] took the day off.
a: It's on the van between twelve and four on Thursday. Delivery's thirty-nine pounds but I'll refund that to the card ending [CARD eight eight one four].
c: It's [EMAIL z dot kowalczyk eighty-two at gmail dot com].
a: That'll be three to five working days. The extended cover is eleven ninety-nine a month for three years, would you like to add that?
c: No thanks. I'm [AGE eighty-one], I shan't need three years.
a: Will do. Thanks, Mr [PERSON Kowalczyk], have a good day.
"""
GYM = """
a: Pulse Fitness, [AGENT Nathaniel] here.
c: Hi, I want to freeze my membership. It's [PERSON Bronwyn].
a: No worries, [PERSON Bronwyn]. [PERSON Bronwyn] what, sorry?
c: [PERSON Tregaskis]. [SPELLED T, R, E, G, A, S, K, I, S].
a: Got you. Member [REFERENCE four oh seven double eight], joined in twenty nineteen?
c: That's me.
a: Freezing's five pounds a month, up to six months, and we restart you at thirty-one ninety-nine. Is the email still [EMAIL b dot tregaskis at live dot co dot uk]?
c: Yes, all one word.
a: And your address is [ADDRESS forty-four Penrose Terrace], isn't it, [POSTCODE T R eighteen]?
c: It's [ADDRESS number forty-two].
"""
PARKING = """
a: Skyline Parking, you're through to [AGENT Bob Tanaka].
c: Hello [AGENT Bob]. It's Doctor [PERSON Amara Nwosu], I booked last night.
a: Lovely. That's a silver estate, [REFERENCE L R twenty-one, H B Z], arriving Saturday the ninth at four fifty in the morning?
c: Yes. I'm worried, my mother's travelling with me, she's [AGE eighty-four] and she can't walk far.
a: The bus is every ten minutes, and there's assistance on one eight hundred, or press the button. It's sixty-two pounds for the eight days, and eleven pounds each day after.
c: And if the flight's late? It's B A two seven four two.
a: You get two hours free, Doctor [PERSON Nwosu]. I'll text it to the number ending [PHONE three nine four].
"""
PLUMBER = """
a: Hey there, this is [AGENT Travis] with Orchard Valley Plumbing. Is this [PERSON Ray Delacroix]?
c: Yeah. I'm over in Preston Springs. I got three bids, one's a flat nineteen hundred.
a: We're a hundred and twenty an hour, two hours minimum. What's the best cell, and the street?
c: [PHONE Three one two, triple five, oh one, double seven]. [ADDRESS Forty-four twelve, State Route Nine].
a: [PHONE Three one two, five five five, oh one seven seven]. And the zip?
c: [POSTCODE Oh oh one eight eight]. My tenant's in [ADDRESS three thousand, Copper Kettle Apartments], [ADDRESS building six].
a: So Tuesday [ADDRESS State Route Nine], Friday [ADDRESS building six], ten to twelve. You can reach us at eight eight eight, five five five, oh one hundred.
c: And my brother lives off Main.
a: Okay. Where on Main?
c: [ADDRESS Sixteen and a half, Main].
a: [ADDRESS Sixteen and a half Main]. Shall I put all three down?
"""
DESKS = {
    "dentist": DENTIST,
    "insurer": INSURER,
    "hotel": HOTEL,
    "bank": BANK,
    "garage": GARAGE,
    "shop": SHOP,
    "gym": GYM,
    "parking": PARKING,
    "plumber": PLUMBER,
}
_MARK = re.compile(r"\[([A-Z]+) ([^\]]+)\]")


def lines(desk: str) -> list[str]:
    """The marked turns, each with its "a: " or "c: "."""
    return desk.strip().splitlines()


def conversation(desk: str, *, lower: bool = False) -> Conversation:
    """The raw call; `lower`: as a recogniser writes it."""
    said = [(line[0], _MARK.sub(r"\2", line[3:])) for line in lines(desk)]
    turns = tuple(
        Turn(
            speaker="agent" if who == "a" else "customer",
            start=10.0 * number,
            end=10.0 * number + 8,
            text=as_recognised(text) if lower else text,
        )
        for number, (who, text) in enumerate(said)
    )
    return Conversation(call="D-1", source="recognised" if lower else "given", turns=turns)


def expected(desk: str) -> list[str]:
    """The turns as redaction should leave them, placeholders without their numbers."""
    return [_MARK.sub(r"<\1>", line[3:]) for line in lines(desk)]


def secrets(desk: str) -> list[list[str]]:
    """What is marked in each turn."""
    return [[mark[1] for mark in _MARK.findall(line)] for line in lines(desk)]


def as_recognised(text: str) -> str:
    """Lower case without punctuation."""
    return " ".join(re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower()))


def unnumbered(text: str) -> str:
    """Placeholders without their numbers."""
    return re.sub(r"<([A-Z]+)_\d+>", r"<\1>", text)
