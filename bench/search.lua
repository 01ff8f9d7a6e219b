-- Another search each time, as people type them: the start of a name, a name, a name and a number, a telephone number, nothing that is there.
local words = {
  "c", "co", "cong", "cong+ty", "nguyen+van", "duong", "an", "ha+noi", "duc+vinh", "0903", "buyer", "minh+duc", "binh+minh+hue",
  "khongcogi", "trao+doi", "%C4%90%C6%B0%E1%BB%9Dng", "key", "le+loi", "congty", "thanh+cong",
}
local turn = 0

request = function()
  turn = turn + 1
  local word = words[turn % #words + 1]
  if turn % 3 == 0 then word = word .. "+" .. (turn * 7919) % 10000 end
  return wrk.format("GET", wrk.path .. "?q=" .. word)
end
