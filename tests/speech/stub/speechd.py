"""Stands where Orca looks for its voice, the client of Speech Dispatcher: writes down what would be spoken, one line a piece.

HANDOFF_SPOKEN names the file. Everything else that Orca asks of a voice is taken and answered with nothing.
"""

import os
import re
import threading
from html import unescape


class CallbackType:
    INDEX_MARK = "index_marks"
    BEGIN = "begin"
    END = "end"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"


class Priority:
    IMPORTANT = "important"
    TEXT = "text"
    MESSAGE = "message"
    NOTIFICATION = "notification"
    PROGRESS = "progress"


class DataMode:
    TEXT = "text"
    SSML = "ssml"


class PunctuationMode:
    ALL = "all"
    MOST = "most"
    SOME = "some"
    NONE = "none"


class Scope:
    SELF = "self"
    ALL = "all"


class SSIPError(Exception):
    pass


class SSIPCommunicationError(SSIPError):
    pass


class SSIPCommandError(SSIPError):
    pass


class SSIPDataError(SSIPError):
    pass


class SSIPResponseError(SSIPError):
    pass


def _write(text):
    words = " ".join(unescape(re.sub(r"<[^>]*>", "", text)).split())
    if words:
        with open(os.environ["HANDOFF_SPOKEN"], "a", encoding="utf-8") as spoken:
            spoken.write(words + "\n")


class SSIPClient:
    def __init__(self, *args, **kwargs):
        pass

    def speak(self, text, callback=None, event_types=None):
        _write(text)
        if callback:
            callback(CallbackType.BEGIN)
            threading.Timer(0.05, callback, [CallbackType.END]).start()

    def char(self, character):
        _write(character)

    def key(self, name):
        _write(name)

    def __getattr__(self, name):
        return lambda *args, **kwargs: None
