-- model: dwd.food_licence
-- owner: SCJ
-- description: 食品经营许可，每证一行，主体业态归一为代码 | Food business licences, one row each, the kind of business as a code
-- check: not_null licence_no
-- check: unique licence_no
-- check: not_null uscc
-- grade: licence_no 1; uscc 1; name 1; business 1; issued_on 1; valid_until 1; in_force 1; _row 1
select
    clean_text(xkzbh) as licence_no,
    credit_code(uscc) as uscc,
    replace(replace(clean_text(jyz), '(', '（'), ')', '）') as name,
    case
        when clean_text(zyt) in ('1', '食品销售经营者') then '1'
        when clean_text(zyt) in ('2', '餐饮服务经营者') then '2'
        when clean_text(zyt) in ('3', '单位食堂') then '3'
    end as business,
    parse_date(fzrq) as issued_on,
    parse_date(yxq) as valid_until,
    clean_text(zt) = '有效' as in_force,
    'SCJ02:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
from ods.spjy_xk
where credit_code(uscc) is not null
