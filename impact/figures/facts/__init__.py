"""The facts behind a figure: the rows that it counts, by the key that it has in the catalogue.

Of the same rows the figure itself is made, with a question of its own; a test holds that the two agree for every key.
Somebody who may see people gets the rows, somebody who may not only how many there are per workshop, month and so on.
"""

from impact.figures.facts.kinds import Breakdown, Facts, Part, listed
from impact.figures.facts.of_key import facts_of
from impact.figures.facts.outputs import Estimate

__all__ = ["Breakdown", "Estimate", "Facts", "Part", "facts_of", "listed"]
