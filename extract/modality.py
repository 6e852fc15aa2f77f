"""Reads how a clause means what it says: done, planned, threatened, asked, denied, or only a rule.

Works on plain text (see `extract.phrases.plain`) of one sentence and the place of the words in it.
A "not" reaches to the end of its clause and no further (taxonomy 5.1); a condition makes what hangs
on it a threat only if the side that could carry it out says it (5.2); tense decides, not mood (5.3).
"""

from __future__ import annotations

import re

CLAUSE_END = re.compile(
    r"[;:()]| - |, (?:but|and|so|then|which|who|because|since|though|although|while|yet|or)\b"
    r"| (?:but|because|although|though|whereas|and (?:then|i|we|you|he|she|they))\b|,(?= )"
    r"| (?=(?:we|i|they|he|she|the district|the school)(?: will| would| may| might| must"
    r"| shall| have to|'ll)\b)(?<!if )"
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|nobody|none|nor|neither|without|cannot|nothing)\b"
    r"(?! (?:only|just|longer|doubt|matter|problem))"
    r"|n't\b(?! (?:only|just))|\b(?:dont|didnt|wasnt|isnt|wont|cant|hasnt|havent)\b"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|in case|in the event|suppose|assuming|provided that|as long as|until"
    r"|should (?:you|he|she|we|they|this|it)|were (?:you|he|she|we) to)\b"
)
_FUTURE = re.compile(
    r"\b(?:will|wo|shall|going to|gonna|plan(?:s|ning)? (?:to|on)|intend(?:s|ing)? to|about to"
    r"|scheduled (?:to|for)|effective|starting|beginning|propos(?:e|es|ed|ing)|recommend(?:s|ed|ing)?"
    r"|consider(?:ing|s)?|is to|are to|(?:was|were) (?:due |meant |supposed )?to(?! be| have)"
    r"|to be|hope to|hoping to|want(?:s|ed)? to|expect(?:s|ed)? to)\b|'ll\b"
)
_MAYBE = re.compile(r"\b(?:may|might|could|would|can|possibly|perhaps|probably|potentially)\b|'d (?!had)")
_MAY = re.compile(r"\b(?:may|might|could|would|possibly|perhaps|probably|potentially)\b")
"""What leaves a refusal open; "cannot" does not."""

_POLICY = re.compile(
    r"\b(?:policy|policies|handbook|code of conduct|required by (?:law|state)|by law|state law"
    r"|any (?:student|child|parent|person)|all (?:students|staff|families|parents|employees)"
    r"|students (?:who|may|must|are|with)|parents (?:who|may|must)|staff (?:are required|must)"
    r"|a (?:student|parent|child) (?:who|may|must)|mandated reporters?|in general|as a rule"
    r"|the law (?:says|requires|lets|allows|calls))\b"
)
_PRESUPPOSES = re.compile(r"\b(?:why|when|how|who|since|after)\b")
"""Whoever asks why it was done says that it was done."""

_COUNTED = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|many|several|few) times\b|\bevery time\b|\bstop \w+ing\b"
)
"""Claims of quantity and pleas to stop speak of what was before (taxonomy 5.4, 5.9)."""

REACH = 48
"""Characters before the words within which a "not" or a "will" of the same clause speaks of them."""


def clause_around(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the clause of a plain sentence that holds `start:end`, half-open."""
    left, right = 0, len(sentence)
    for cut in CLAUSE_END.finditer(sentence):
        if cut.end() <= start:
            left = cut.end() if cut[0].strip() in (",", ";", ":", "(", ")", "-") else cut.start()
        elif cut.start() >= end:
            right = cut.start()
            break
    return left, right


def read_modality(
    sentence: str,
    start: int,
    end: int,
    *,
    adverse: bool,
    by_doer: bool,
    negative: bool = False,
    refusal: bool = False,
) -> str:
    """Return the modality of the words at `start:end` of a plain sentence.

    Args:
        sentence: One sentence in plain form.
        start: Where the words that name the act begin.
        end: Where they end.
        adverse: True for acts that one would threaten with.
        by_doer: True if the speaker's side is the side that does such acts.
        negative: True if the words say "not" themselves, so that this one denies nothing.
        refusal: True if the words refuse something: "we will not" is done by saying it, whatever its tense.
    """
    left, right = clause_around(sentence, start, end)
    before, within, after = sentence[left:start], sentence[start:end], sentence[end:right]
    near = before[-REACH:]
    future = (
        _FUTURE.search(near)
        or _FUTURE.search(within)
        or re.match(r" (?:starting|effective|beginning)\b", after)
    )
    maybe = _MAYBE.search(near) or _MAYBE.search(within)
    if _CONDITION.search(before):
        return "hypothetical"
    if _POLICY.search(sentence):
        return "policy"
    asked = sentence.rstrip().endswith("?") and not _PRESUPPOSES.search(before)
    if asked and not (adverse and by_doer):
        return "question"
    if _CONDITION.search(sentence[:left] + " " + sentence[right:]) and (future or maybe):
        return "threatened" if adverse and by_doer else "conditional"
    if _NEGATION.search(near) or (not negative and _NEGATION.search(within)):
        return "denied_happening"
    if asked:
        return "question"
    if refusal and not _MAY.search(near):
        return "done"
    if future:
        return "planned"
    if maybe:
        return "threatened" if adverse and by_doer else "hypothetical"
    return "recounted" if _COUNTED.search(sentence) else "done"
