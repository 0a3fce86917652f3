"""What each post says: text, image text, link, type and contact."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.streams import stream
from lockstep.synthetic import contacts, texts
from lockstep.synthetic.narratives import NARRATIVES, UNTOLD, draw_narratives
from lockstep.synthetic.parameters import Parameters
from lockstep.synthetic.timeline import NO_EVENT, Timeline

_TYPES = ("Photo", "Link", "Status", "Native Video", "Live Video Complete", "YouTube")
_TYPE_SHARES = (0.46, 0.22, 0.14, 0.13, 0.03, 0.02)
_BODY_SHARE = 0.7
_EMPTY = (
    *("image_text", "link", "link_text", "description", "narrative"),
    *("contact_id", "contact_role", "contact_field", "contact_style"),
)


def post_ids(timeline: Timeline, parameters: Parameters) -> list[str]:
    """Return a 15-digit id for each post, ascending with time within a page.

    It ends with 0: there is room after each for one that claims an earlier time.
    """
    numbers = np.zeros(len(timeline.page), dtype=np.int64)
    pages = np.array([page.number for page in parameters.all_pages])[timeline.page]
    for page in range(len(parameters.all_pages)):
        mine = timeline.of_page(page)
        numbers[mine] = np.arange(1, len(mine) + 1)
    return [f"9{n:08d}{p:05d}0" for p, n in zip(pages.tolist(), numbers.tolist(), strict=True)]


def make_posts(seed: int, timeline: Timeline, parameters: Parameters) -> pl.DataFrame:
    """Return one row per post, in order of time, page and event.

    Columns: page, time_s, post_id, event, lag_s, role, post_type, message, image_text, link,
    link_text, description, narrative, and of the contact it carries contact_id, contact_role,
    contact_field, contact_style. What a post does not have is an empty string.
    """
    rng = stream(seed, "content", "posts")
    posts_n = len(timeline.page)
    frame = pl.DataFrame(
        {
            "page": timeline.page,
            "time_s": timeline.time_s,
            "post_id": post_ids(timeline, parameters),
            "event": timeline.event,
            "lag_s": timeline.lag_s,
            "role": timeline.role,
            "post_type": rng.choice(np.array(_TYPES), size=posts_n, p=np.array(_TYPE_SHARES)),
            "message": texts.sentences(rng, posts_n),
        }
    )
    rows: dict[str, list[str]] = {
        **{name: frame[name].to_list() for name in ("role", "post_type", "message")},
        **{name: [""] * posts_n for name in _EMPTY},
    }
    _tell_narratives(stream(seed, "content", "narratives"), rows, timeline, parameters)
    _give_events_content(stream(seed, "content", "events"), rows, timeline, parameters)
    _imitate(stream(seed, "content", "imitation"), rows, timeline, parameters)
    _give_contacts(stream(seed, "content", "contacts"), rows, timeline, parameters)
    _give_links(stream(seed, "content", "links"), rows, frame, parameters)
    _mar_messages(stream(seed, "content", "messages"), rows, parameters)
    return frame.with_columns(pl.Series(name, values) for name, values in rows.items())


def _tell_narratives(
    rng: np.random.Generator,
    rows: dict[str, list[str]],
    timeline: Timeline,
    parameters: Parameters,
) -> None:
    told = draw_narratives(rng, timeline.time_s, parameters.narrative_share)
    told[timeline.role != "background"] = UNTOLD
    for post in np.flatnonzero(told != UNTOLD).tolist():
        rows["narrative"][post] = NARRATIVES[told[post]].code
        rows["message"][post] += " " + NARRATIVES[told[post]].sentence


def _mar_messages(
    rng: np.random.Generator, rows: dict[str, list[str]], parameters: Parameters
) -> None:
    """Break some messages into lines, and lose some that carry nothing to be found."""
    drawn = rng.random(len(rows["message"]))
    for post in np.flatnonzero(drawn < parameters.message_newline_share).tolist():
        rows["message"][post] = rows["message"][post].replace(". ", ".\n")
    plain = np.array(rows["role"]) == "background"
    plain &= (np.array(rows["contact_field"]) == "") & (np.array(rows["narrative"]) == "")
    share = parameters.missing_message_share / max(plain.mean(), parameters.missing_message_share)
    for post in np.flatnonzero(plain & (drawn > 1 - share)).tolist():
        rows["message"][post] = ""


def _give_links(
    rng: np.random.Generator,
    rows: dict[str, list[str]],
    frame: pl.DataFrame,
    parameters: Parameters,
) -> None:
    """Link photos and videos to themselves, and links without a target to a fictional site."""
    article = rng.integers(1, 4_000, len(frame)).tolist()
    breaks = rng.random(len(frame)) < 0.5  # noqa: PLR2004 - half the descriptions have two lines
    for i, (page, post_id) in enumerate(frame.select("page", "post_id").iter_rows()):
        account = parameters.all_pages[page].account_id
        kind = rows["post_type"][i]
        if kind == "Photo":
            rows["link"][i] = f"https://www.facebook.com/{account}/photos/{post_id}/?type=3"
        elif kind == "Link" and not rows["link"][i]:
            rows["link"][i] = f"https://www.example.org/actualites/{article[i]}"
            rows["link_text"][i] = f"Article fictif n° {article[i]}"
        elif kind not in {"Link", "Status"}:
            rows["link"][i] = f"https://www.facebook.com/{account}/videos/{post_id}/"
        if kind != "Status":
            rows["description"][i] = (
                f'Publication "fictive",{chr(10) if breaks[i] else " "}données synthétiques.'
            )


def _imitate(
    rng: np.random.Generator,
    rows: dict[str, list[str]],
    timeline: Timeline,
    parameters: Parameters,
) -> None:
    """Let some habitual posts repeat what another page wrote hours before (a confounder)."""
    habitual = np.flatnonzero(timeline.role == "background")
    chosen = habitual[rng.random(len(habitual)) < parameters.imitation_share]
    lag = rng.lognormal(np.log(parameters.imitation_lag_median_s), 0.8, len(chosen))
    earlier = np.searchsorted(timeline.time_s, timeline.time_s[chosen] - lag.astype(np.int64)) - 1
    for post, source in zip(chosen.tolist(), earlier.tolist(), strict=True):
        if source >= 0 and timeline.page[source] != timeline.page[post]:
            rows["message"][post] = rows["message"][source]
            rows["narrative"][post] = rows["narrative"][source]
            rows["role"][post] = "imitation"


def event_contents(
    rng: np.random.Generator, timeline: Timeline, parameters: Parameters
) -> list[str]:
    """Return what the posts of each event share: `text`, `image` or `link`."""
    drawn = rng.random(timeline.events_n)
    other = np.where(rng.random(timeline.events_n) < 0.5, "image", "link")  # noqa: PLR2004 - even
    shared: list[str] = np.where(drawn < parameters.same_text_share, "text", other).tolist()
    of_kind = {"first": "text", "memorial": "image", "disclosed": "text"}
    return [of_kind.get(k, s) for k, s in zip(timeline.events.kinds, shared, strict=True)]


def _give_events_content(
    rng: np.random.Generator,
    rows: dict[str, list[str]],
    timeline: Timeline,
    parameters: Parameters,
) -> None:
    shared = event_contents(rng, timeline, parameters)
    originals = texts.sentences(rng, timeline.events_n)
    told = draw_narratives(rng, timeline.events.starts_s, parameters.narrative_event_share)
    for event in np.flatnonzero(told != UNTOLD).tolist():
        originals[event] += " " + NARRATIVES[told[event]].sentence
    edits = rng.integers(0, parameters.max_edits_n + 1, len(timeline.page)).tolist()
    for post in np.flatnonzero(timeline.event != NO_EVENT).tolist():
        event = int(timeline.event[post])
        rows["narrative"][post] = "" if told[event] == UNTOLD else NARRATIVES[told[event]].code
        if shared[event] == "text":
            rows["message"][post] = texts.near_duplicate(
                rng,
                originals[event],
                edits_n=edits[post] if _is_edited(timeline, post) else 0,
                signature=parameters.all_pages[int(timeline.page[post])].name,
            )
        elif shared[event] == "image":
            rows["post_type"][post] = "Photo"
            rows["image_text"][post] = originals[event].upper()
        else:
            rows["post_type"][post] = "Link"
            rows["link"][post] = (
                f"https://www.example.org/evenements/{parameters.event_prefix}-{event}"
            )
            rows["link_text"][post] = originals[event]


def _is_edited(timeline: Timeline, post: int) -> bool:
    disclosed = timeline.events.kinds[int(timeline.event[post])] == "disclosed"
    return timeline.role[post] == "follower" and not disclosed


def _give_contacts(
    rng: np.random.Generator,
    rows: dict[str, list[str]],
    timeline: Timeline,
    parameters: Parameters,
) -> None:
    free = timeline.event == NO_EVENT
    for use in contacts.uses(parameters):
        living = (timeline.time_s >= use.from_s) & (timeline.time_s < use.until_s)
        drawn = rng.random(len(timeline.page)) < use.share
        carrying = np.flatnonzero(free & living & drawn & (timeline.page == use.page))
        free[carrying] = False
        _write_contact(rng, rows, use, carrying, parameters)
    memorial = [i for i, kind in enumerate(timeline.events.kinds) if kind == "memorial"]
    for post in np.flatnonzero(np.isin(timeline.event, memorial)).tolist():
        both = (contacts.TEL_88, contacts.TEL_13)
        rows["image_text"][post] += " " + contacts.on_image(both, misread=False)
        ids = " ".join(contact.contact_id for contact in both)
        _note(rows, post, (ids, "image_text", "image_text", "image"))


def _write_contact(
    rng: np.random.Generator,
    rows: dict[str, list[str]],
    use: contacts.Use,
    carrying: NDArray[np.int64],
    parameters: Parameters,
) -> None:
    styles = rng.choice(np.array(list(contacts.TEL_STYLES)), len(carrying)).tolist()
    in_body = rng.random(len(carrying)) < _BODY_SHARE
    rare = rng.random(len(carrying))
    for k, post in enumerate(carrying.tolist()):
        if in_body[k]:
            style = "arabic_indic" if rare[k] < parameters.arabic_digits_share else styles[k]
            style = "email" if use.contact.email else style
            rows["message"][post] += " " + contacts.written(use.contact, style)
            _note(rows, post, (use.contact.contact_id, use.role, "message", style))
            continue
        misread = bool(rare[k] < parameters.image_ocr_error_share) and not use.contact.email
        rows["post_type"][post] = "Photo"
        rows["image_text"][post] = contacts.on_image((use.contact,), misread=misread)
        role = use.role if use.role == "third_party_promotion" else "image_text"
        style = "misread" if misread else "image"
        _note(rows, post, (use.contact.contact_id, role, "image_text", style))


def _note(rows: dict[str, list[str]], post: int, values: tuple[str, str, str, str]) -> None:
    for name, value in zip(("id", "role", "field", "style"), values, strict=True):
        rows[f"contact_{name}"][post] = value
