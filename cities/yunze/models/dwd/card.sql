-- model: dwd.card
-- owner: RS
-- description: 社会保障卡，每卡一行；账户为本人名下的才算本人账户 | Social security cards, one row each; an account counts as his own where it is in the person's name
-- check: not_null card_no
-- check: not_null citizen_id
-- grade: card_no 4; citizen_id 4; name 3; bank 2; account 4; own_account 3; issued_on 2; in_use 2; _row 1
select
    clean_text(sbkh) as card_no,
    citizen_id(sfzh) as citizen_id,
    clean_text(xm) as name,
    clean_text(fkyh) as bank,
    clean_text(yhzh) as account,
    clean_text(yhzh) is not null and coalesce(clean_text(hm) = clean_text(xm), false) as own_account,
    parse_date(fkrq) as issued_on,
    clean_text(kzt) = '1' as in_use,
    'RS05:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
from ods.sbk_xx
where citizen_id(sfzh) is not null
