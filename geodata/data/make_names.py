from __future__ import annotations
from pathlib import Path
import pandas as pd
import pycountry
HERE = Path(__file__).parent
def read_csv(name): return pd.read_csv(HERE / name, dtype=str, keep_default_na=False)
def country_names():
    names={c.alpha_3:c.name for c in pycountry.countries}
    t=read_csv("country_aliases.csv"); names.update(dict(zip(t.place_id,t["name"])))
    return names
def place_names(units):
    out={}
    for pid,t in units.groupby('place_id'):
        r=t.iloc[0]
        out[pid]=next((x for x in list(t.repaired_name)+list(t['name'])+list(t.name_en) if isinstance(x,str) and x),pid)
    return out
def write_tables(units,level1,level0): pass
