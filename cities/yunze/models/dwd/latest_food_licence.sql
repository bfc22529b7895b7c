-- model: dwd.latest_food_licence
-- owner: SCJ
-- description: 每个企业最新的食品经营许可 | The latest food licence of a company
-- check: not_null uscc
-- check: unique uscc
-- grade: uscc 1; licence_no 1; valid_until 1; in_force 1; _row 1
with numbered as (
    select
        *,
        row_number() over (
            partition by uscc order by valid_until desc nulls last, licence_no desc
        ) as nth
    from dwd.food_licence
)
select uscc, licence_no, valid_until, in_force, _row
from numbered
where nth = 1
