"""The services of the demo's truth table: name and company."""

from __future__ import annotations

GA = ("Google Analytics", "Google")
ADS = ("Google Ads", "Google")
SENSE = ("Google AdSense", "Google")
LI = ("LinkedIn Insight Tag", "LinkedIn")
FB = ("Meta Pixel", "Meta")
X = ("X for Websites", "X")
HS = ("HubSpot", "HubSpot")
YT = ("YouTube", "Google")
LB = ("Landbot", "Landbot")
MS = ("Microsoft Clarity", "Microsoft")
CR = ("Criteo OneTag", "Criteo")
ST = ("Stripe", "Stripe")
AA = ("Adobe Analytics", "Adobe")
