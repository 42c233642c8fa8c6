"""Every label of a choice is whole on every channel, and one that is not is found."""

from __future__ import annotations

from bot.messages import Messages
from chat_infonavit.labels import too_long
from kb.library import Library

LIBRARY, MESSAGES = Library.load(), Messages.load()


def test_every_label_of_the_project_is_whole_on_every_channel() -> None:
    assert list(map(str, too_long(LIBRARY, MESSAGES))) == []


def test_a_label_that_would_be_cut_is_found_with_its_channel() -> None:
    button = MESSAGES.buttons["menu"].model_copy(update={"title": "Ver la lista de los temas"})
    title = {"fuera_sat": "Un trámite del SAT o de Hacienda"}
    messages = MESSAGES.model_copy(
        update={"buttons": {"menu": button}, "titles": title, "menu": {}}
    )
    tramite = LIBRARY.get("nss_obtener").model_copy(update={"button": "Obtener tu número de NSS."})
    assert list(map(str, too_long([tramite], messages))) == [
        "nss_obtener: button: «Obtener tu número de NSS.» no cabe completo en un botón de "
        "whatsapp [label]",
        "messages: buttons.menu: «Ver la lista de los temas» no cabe completo en un botón de "
        "whatsapp [label]",
        "messages: titles.fuera_sat: «Un trámite del SAT o de Hacienda» no cabe completo en un "
        "botón de whatsapp [label]",
    ]
