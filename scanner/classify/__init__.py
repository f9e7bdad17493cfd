"""Classification: which category an item or request belongs to, who is behind it, how sure that is, and why.

Evidence in the order of its weight: a decision of the privacy officer, a vendor's documented name (with the host, the
setting script and the lifetime agreeing or not), the third party's host, the script that set it, a name that a site's
own software uses, the shape of the value, and last a statistical estimate. Weak evidence leaves an item unclassified,
and nothing but a decision or a known name or address makes it necessary.
"""

from __future__ import annotations

from scanner.classify.classifier import Classifier
from scanner.classify.facts import Classification, ItemFacts

__all__ = ["Classification", "Classifier", "ItemFacts"]
