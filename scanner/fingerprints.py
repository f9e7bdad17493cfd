"""What counts of interfaces come to: which scripts fingerprint the device, and by which technique.

One call proves nothing: charts draw on canvases, players ask what can be played. So each technique has a criterion of
its own, and thresholds that spare the known harmless uses. They follow the published ones:

- canvas and canvas fonts: S. Englehardt, A. Narayanan, "Online Tracking: A 1-million-site Measurement and Analysis"
  (ACM CCS 2016), sections 6.1 and 6.2: a canvas of at least 16 by 16 pixels with text of at least two colours or ten
  different characters, read back whole and without loss, whose script neither saves nor restores the drawing state;
  fifty fonts measured;
- audio: the same, section 6.4: a signal that is made by an oscillator, rendered offline and read back;
- WebGL, devices and properties: W3C, "Mitigating Browser Fingerprinting in Web Specifications": what an interface
  reveals counts by how much it tells one device from another. The unmasked renderer's name tells most.

Reading them is access to information on the terminal equipment: EDPB Guidelines 2/2023, and ePrivacy Art. 5(3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from consent.model.categories import ConsentState, Party
from scanner.classify import Classifier
from scanner.observations import Observation
from scanner.parties import party_of
from scanner.report import Fingerprint

MIN_CANVAS_PX = 16
MIN_CHARACTERS = 10
MIN_COLOURS = 2
MIN_CANVAS_FONTS = 50
MIN_MEASURED = 50
MIN_ELEMENT_FONTS = 30
"""Families set on elements and measured: a page's own design has a handful, a list of probes has dozens."""
MIN_CHECKED_FONTS = 30
MIN_PROPERTIES = 6
"""Different properties of the device that one script asks for; what players and layouts need stays below."""
MIN_GL_PARAMETERS = 20
"""Reads of WebGL parameters beside shader precision and extensions; a drawing library asks for about a dozen."""

MAX_REPORTED = 300
_PAGES = 5

PROPERTIES = {
    "BaseAudioContext.createAnalyser": "audio",
    "FontFaceSet.check": "fonts",
    "HTMLMediaElement.canPlayType": "media types",
    "Keyboard.getLayoutMap": "keyboard layout",
    "MediaCapabilities.decodingInfo": "media types",
    "MediaDevices.enumerateDevices": "cameras and microphones",
    "Navigator.connection": "connection",
    "Navigator.deviceMemory": "memory",
    "Navigator.getBattery": "battery",
    "Navigator.getGamepads": "gamepads",
    "Navigator.hardwareConcurrency": "processors",
    "Navigator.maxTouchPoints": "touch points",
    "Navigator.mimeTypes": "plug-ins",
    "Navigator.oscpu": "processors",
    "Navigator.plugins": "plug-ins",
    "NavigatorUAData.getHighEntropyValues": "model and versions",
    "Permissions.query": "permissions",
    "RTCPeerConnection.createDataChannel": "network addresses",
    "Screen.availHeight": "screen",
    "Screen.availWidth": "screen",
    "Screen.colorDepth": "screen",
    "Screen.orientation": "screen",
    "Screen.pixelDepth": "screen",
    "SpeechSynthesis.getVoices": "voices",
    "StorageManager.estimate": "storage",
    "queryLocalFonts": "fonts",
}
"""What an interface tells about the device; ``Navigator.webdriver`` is left out: it tells machines from people."""

TECHNIQUES = ("canvas", "webgl", "audio", "fonts", "hardware")


def techniques_of(details: dict[str, Any]) -> dict[str, str]:
    """Return the techniques that one script's calls amount to, each with the reason in words; empty for none."""
    apis: dict[str, int] = details.get("apis", {})
    found: dict[str, str] = {}
    canvas = next((one for one in details.get("canvases", ()) if is_fingerprint(one)), None)
    if canvas is not None:
        found["canvas"] = (
            f"drew {canvas['characters']} different characters in {canvas['colours']} colours on a canvas of "
            f"{canvas['width']:.0f} by {canvas['height']:.0f} and read it back"
        )
    if apis.get("WebGL.unmaskedRenderer"):
        found["webgl"] = "read the name of the graphics processor"
    elif (
        apis.get("WebGL.getParameter", 0) >= MIN_GL_PARAMETERS
        and apis.get("WebGL.getShaderPrecisionFormat")
        and apis.get("WebGL.getSupportedExtensions")
    ):
        found["webgl"] = f"read {apis['WebGL.getParameter']} parameters of the graphics processor"
    if (
        apis.get("OfflineAudioContext.startRendering")
        and apis.get("BaseAudioContext.createOscillator")
        and not apis.get("BaseAudioContext.decodeAudioData")
        and (apis.get("AudioBuffer.getChannelData") or apis.get("AudioBuffer.copyFromChannel")
             or apis.get("AnalyserNode.getFloatFrequencyData"))
    ):  # fmt: skip
        found["audio"] = "rendered a tone that nobody hears and read the samples"
    if fonts := _fonts(apis):
        found["fonts"] = fonts
    told = sorted({PROPERTIES[api] for api in apis if api in PROPERTIES})
    if len(told) >= MIN_PROPERTIES:
        found["hardware"] = f"asked for {', '.join(told)}"
    return found


def is_fingerprint(canvas: dict[str, Any]) -> bool:
    """Whether reading this canvas back meets the criteria."""
    return (
        min(canvas.get("width", 0), canvas.get("height", 0)) >= MIN_CANVAS_PX
        and (
            canvas.get("characters", 0) >= MIN_CHARACTERS
            or (canvas.get("characters", 0) > 0 and canvas.get("colours", 0) >= MIN_COLOURS)
        )
        and not canvas.get("saved")
        and not canvas.get("lossy")
    )


def _fonts(apis: dict[str, int]) -> str:
    if apis.get("queryLocalFonts"):
        return "asked for the list of installed fonts"
    if apis.get("CanvasFont", 0) >= MIN_CANVAS_FONTS and apis.get("Canvas.measureText", 0) >= MIN_MEASURED:
        return f"measured text in {apis['CanvasFont']} fonts on a canvas"
    if apis.get("ElementFont", 0) >= MIN_ELEMENT_FONTS:
        return f"measured text in {apis['ElementFont']} fonts on elements"
    if apis.get("FontFaceSet.check", 0) >= MIN_CHECKED_FONTS:
        return f"asked for {apis['FontFaceSet.check']} fonts"
    return ""


def fingerprints_of(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Fingerprint, ...]:
    """Return one entry for each script that asked for such properties, those with a technique first.

    What happened before the consent action of another state belongs to the state ``before``: it is left out here.
    """
    groups: dict[str, list[Observation]] = defaultdict(list)
    for one in seen:
        if one.kind == "fingerprinting" and one.after_action:
            groups[one.name].append(one)
    entries = []
    for script, group in groups.items():
        techniques: dict[str, str] = {}
        where: dict[str, set[ConsentState]] = defaultdict(set)
        apis: dict[str, int] = defaultdict(int)
        for one in group:
            for technique, reason in techniques_of(one.details).items():
                techniques.setdefault(technique, reason)
                where[technique].add(one.state)
            for api, count in one.details.get("apis", {}).items():
                apis[api] = max(apis[api], count)
        party = party_of(group[0].host, site_host, own_hosts)
        named = classifier.request(script, type="script", party=party)
        pages = dict.fromkeys(one.page for one in group)
        states = set().union(*where.values()) if techniques else {one.state for one in group}
        entries.append(
            Fingerprint(
                script=script[:2_000],
                host=group[0].host,
                party=party,
                category=named.category,
                vendor=named.vendor,
                service=named.service,
                states=tuple(state for state in ConsentState if state in states),
                techniques={key: techniques[key] for key in TECHNIQUES if key in techniques},
                apis=dict(sorted(apis.items())),
                pages=tuple(list(pages)[:_PAGES]),
                page_count=len(pages),
                initiators=group[0].initiators[:8],
            )
        )
    entries.sort(key=lambda entry: (not entry.techniques, entry.party is Party.FIRST, entry.script))
    return tuple(entries[:MAX_REPORTED])
