-- model: dwd.licence_of_cancelled
-- owner: SCJ
-- description: 注销、吊销企业许可仍有效：应收回的食品经营许可 | Food licences still in force of companies that are cancelled or revoked: to be withdrawn
-- check: not_null uscc
-- check: unique licence_no
-- grade: uscc 1; name 1; status 1; cancelled_on 1; licence_no 1; valid_until 1; _row 1; _licence_row 1
select
    company.uscc,
    company.name,
    company.status,
    company.cancelled_on,
    licence.licence_no,
    licence.valid_until,
    company._row,
    licence._row as _licence_row
from dwd.company as company
inner join dwd.food_licence as licence on company.uscc = licence.uscc
where not company.in_force and licence.in_force
