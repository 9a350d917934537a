"""Where the marks of a picture stand; the macros of ``templates/macros`` draw them and do no sums.

A picture is made in two steps. Here figures become a frozen object: every mark has its place, every figure its text,
and nothing is left to decide. A macro then writes that object as SVG and as a table. So the sums are typed and tested
with any figures at all, and the words stay where the reader's language is known.

Two measures are used. Across, places are **percents of the frame**, 0 to 100, so that the browser stretches a picture
to any width while letters and marks keep their size: a drawing that is scaled as a whole cannot be read on a phone.
Upwards, they are percents too where the frame has one height (plots with two axes), and pixels where it grows with the
number of rows. Whatever is drawn lies inside the frame, whatever the figures; figures that are not finite are refused.

The folder knows none of the parts, as ``search`` does not: what experts are told of their record stands left of the
answers, what the advice shows stands right of them, and both draw here.
"""
