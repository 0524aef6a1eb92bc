"""Columns that are no text, as numbers: one encoder, fitted in training, the same in answering.

```python
learnt = learn_columns(train, config.inputs, fewest=3)  # stages/train/columns.py
encoder = learnt.encoder  # a ColumnEncoder, or one without columns

encoded = encoder.encode(cells)  # cells: column name -> one cell a row
encoded.numbers  # (rows, features) float64: what trees read; NaN is missing
encoded.abstentions  # a tuple of reasons for each row; () when no row has one
encoder.features  # what each column of `numbers` is: Feature(column, kind, …)
encoder.expand(encoded.numbers)  # sparse (rows, encoder.width): what linear models read
encoder.contributions(row, weights)  # told in words: one Contribution a feature

settings = encoder_settings(encoder)  # pydantic records, for `model.json`
numbers = encoder_numbers(encoder)  # float64 array beside them
encoder = make_encoder(settings, numbers)  # InputError when they do not fit
```

A number is itself; a category is the place of its term, and one place more for all rare ones; a
date is year, month, weekday, day of the year, and days since the year of the first began.

Law: a row is encoded the same alone and among others.
Law: `make_encoder(encoder_settings(e), encoder_numbers(e)) == e`.
Law: no cell, whatever it holds, stops an encoder.
"""

from warrant.models.columns.category import CategoryColumn
from warrant.models.columns.column import Column, Feature, Read
from warrant.models.columns.date import DateColumn
from warrant.models.columns.encoder import ColumnEncoder, Encoded
from warrant.models.columns.files import (
    ColumnSettings,
    encoder_numbers,
    encoder_settings,
    make_encoder,
)
from warrant.models.columns.number import NumberColumn

__all__ = [
    "CategoryColumn",
    "Column",
    "ColumnEncoder",
    "ColumnSettings",
    "DateColumn",
    "Encoded",
    "Feature",
    "NumberColumn",
    "Read",
    "encoder_numbers",
    "encoder_settings",
    "make_encoder",
]
