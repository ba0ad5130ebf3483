"""The words of letters, in the languages of the interface. Plain text, one thought each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Words = TypeVar("Words")

# Kind -> language -> subject and text.
WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "reset": {
        "en": (
            "A new password for Armarius",
            "Hello {name},\n\nsomebody, probably you, asked for a new password. Choose it here within an hour:\n\n{link}\n\nIf it was not you, do nothing: your password stays as it is.\n",
        ),
        "fr": (
            "Un nouveau mot de passe pour Armarius",
            "Bonjour {name},\n\nquelqu’un, sans doute vous, a demandé un nouveau mot de passe. Choisissez-le ici dans l’heure :\n\n{link}\n\nSi ce n’était pas vous, ne faites rien : votre mot de passe reste inchangé.\n",
        ),
        "de": (
            "Ein neues Passwort für Armarius",
            "Guten Tag {name},\n\njemand, vermutlich Sie, hat um ein neues Passwort gebeten. Wählen Sie es hier innerhalb einer Stunde:\n\n{link}\n\nWaren Sie es nicht, tun Sie nichts: Ihr Passwort bleibt, wie es ist.\n",
        ),
    },
    "confirm": {
        "en": (
            "Is this your mail address?",
            "Hello {name},\n\nfollow this link within three days, and Armarius writes to you at this address:\n\n{link}\n",
        ),
        "fr": (
            "Est-ce votre adresse ?",
            "Bonjour {name},\n\nsuivez ce lien dans les trois jours et Armarius vous écrira à cette adresse :\n\n{link}\n",
        ),
        "de": (
            "Ist das Ihre Mailadresse?",
            "Guten Tag {name},\n\nfolgen Sie diesem Link innerhalb von drei Tagen, und Armarius schreibt Ihnen an diese Adresse:\n\n{link}\n",
        ),
    },
    "invitation": {
        "en": (
            "{by} invites you to Armarius",
            "Hello{name},\n\n{by} invites you to work in Armarius{where}. Follow this link before {until}:\n\n{link}\n\nIt lets one person in, once. Who does not want to come need not do anything.\n",
        ),
        "fr": (
            "{by} vous invite sur Armarius",
            "Bonjour{name},\n\n{by} vous invite à travailler dans Armarius{where}. Suivez ce lien avant le {until} :\n\n{link}\n\nIl sert à une personne, une seule fois. Si vous ne souhaitez pas venir, ne faites rien.\n",
        ),
        "de": (
            "{by} lädt Sie zu Armarius ein",
            "Guten Tag{name},\n\n{by} lädt Sie ein, in Armarius zu arbeiten{where}. Folgen Sie diesem Link vor dem {until}:\n\n{link}\n\nEr lässt eine Person ein, einmal. Wer nicht kommen möchte, muss nichts tun.\n",
        ),
    },
    "notice": {
        "en": (
            "Armarius: {what}",
            "Hello {name},\n\n{what}\n\n{link}\n\nWhich letters you get, you say on your profile.\n",
        ),
        "fr": (
            "Armarius : {what}",
            "Bonjour {name},\n\n{what}\n\n{link}\n\nVous choisissez dans votre profil les messages que vous recevez.\n",
        ),
        "de": (
            "Armarius: {what}",
            "Guten Tag {name},\n\n{what}\n\n{link}\n\nWelche Briefe Sie bekommen, sagen Sie in Ihrem Profil.\n",
        ),
    },
    "digest": {
        "en": ("Armarius: what happened today", "Hello {name},\n\n{what}\n\n{link}\n"),
        "fr": (
            "Armarius : ce qui s’est passé aujourd’hui",
            "Bonjour {name},\n\n{what}\n\n{link}\n",
        ),
        "de": ("Armarius: was heute geschah", "Guten Tag {name},\n\n{what}\n\n{link}\n"),
    },
}
# Kind of notice -> language -> one line.
LINES: dict[str, dict[str, str]] = {
    "job": {
        "en": "{title}: {state}",
        "fr": "{title} : {state}",
        "de": "{title}: {state}",
    },
    "shared": {
        "en": "{by} shares “{what}” with you.",
        "fr": "{by} partage « {what} » avec vous.",
        "de": "{by} teilt „{what}“ mit Ihnen.",
    },
    "team": {
        "en": "{by} put you into the team “{what}”.",
        "fr": "{by} vous a mis dans l’équipe « {what} ».",
        "de": "{by} hat Sie ins Team „{what}“ aufgenommen.",
    },
    "accepted": {
        "en": "{by} has accepted your invitation.",
        "fr": "{by} a accepté votre invitation.",
        "de": "{by} hat Ihre Einladung angenommen.",
    },
    "disk": {
        "en": "You use {percent} % of the {limit} GB of disk that you may use.",
        "fr": "Vous utilisez {percent} % des {limit} Go de disque auxquels vous avez droit.",
        "de": "Sie belegen {percent} % der {limit} GB Speicher, die Sie belegen dürfen.",
    },
    "cpu": {
        "en": "In the last 30 days your jobs took {percent} % of the {limit} minutes of CPU that you may use.",
        "fr": "Ces 30 derniers jours, vos tâches ont pris {percent} % des {limit} minutes de CPU auxquelles vous avez droit.",
        "de": "In den letzten 30 Tagen brauchten Ihre Aufträge {percent} % der {limit} Minuten CPU, die Sie verbrauchen dürfen.",
    },
    "gpu": {
        "en": "In the last 30 days your jobs took {percent} % of the {limit} minutes of GPU that you may use.",
        "fr": "Ces 30 derniers jours, vos tâches ont pris {percent} % des {limit} minutes de GPU auxquelles vous avez droit.",
        "de": "In den letzten 30 Tagen brauchten Ihre Aufträge {percent} % der {limit} Minuten GPU, die Sie verbrauchen dürfen.",
    },
    "server": {
        "en": "The disk of this instance is {percent} % full ({limit} GB).",
        "fr": "Le disque de cette instance est plein à {percent} % ({limit} Go).",
        "de": "Der Speicher dieser Instanz ist zu {percent} % voll ({limit} GB).",
    },
    "comment": {
        "en": "{by} wrote to you about a line of “{what}”.",
        "fr": "{by} vous a écrit à propos d’une ligne de « {what} ».",
        "de": "{by} hat Ihnen zu einer Zeile von „{what}“ geschrieben.",
    },
}
STATES: dict[str, dict[str, str]] = {
    "fr": {
        "done": "terminé",
        "done with problems": "terminé avec des problèmes",
        "failed": "échoué",
        "cancelled": "annulé",
    },
    "de": {
        "done": "fertig",
        "done with problems": "fertig mit Problemen",
        "failed": "gescheitert",
        "cancelled": "abgebrochen",
    },
}
WHERE: dict[str, dict[str, str]] = {
    "project": {
        "en": ", in the project “{what}”",
        "fr": ", dans le projet « {what} »",
        "de": ", im Projekt „{what}“",
    },
    "team": {
        "en": ", in the team “{what}”",
        "fr": ", dans l’équipe « {what} »",
        "de": ", im Team „{what}“",
    },
    "": {"en": "", "fr": "", "de": ""},
}


def compose(kind: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of a letter; English where the language is not known."""
    subject, text = _in(WORDS[kind], language)
    return subject.format(**values), text.format(**values)


def line(kind: str, language: str, payload: Mapping[str, object]) -> str:
    """A notice as one line."""
    values = {"by": "", "what": "", "title": "", "state": "", **payload}
    values["state"] = STATES.get(language, {}).get(str(values["state"]), values["state"])
    return _in(LINES[kind], language).format(**values)


def where(kind: str, language: str, what: str) -> str:
    """To what an invitation leads, as a part of a sentence."""
    return _in(WHERE[kind], language).format(what=what)


def _in(words: Mapping[str, Words], language: str) -> Words:
    return words.get(language, words["en"])
