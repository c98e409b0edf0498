-- Frame of decisions that travel together: each charges its counters, or none of them, one
-- after the other, as if they had come alone. One that fails charges nobody else's.
--
-- KEYS  those of each decision in turn
-- ARGV  those of each decision in turn: first its time in microseconds, empty for the
--       server's, which is asked once
--
-- The parts of the counters stand in between, as in acquire.lua, numbered from k and a on.
--
-- Returns for each decision what acquire.lua returns, or '-' and its error.

local server
local function decide(k, a)
  local now = server
  local slack = 0
  if ARGV[1] ~= '' then
    -- As in time.lua
    now = tonumber(ARGV[1])
    slack = 60000
  elseif not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
    server = now
  end
  local fits = true
-- [counters]
end

local answers = {}
local k = 0
local a = 0
while k < #KEYS do
  local done, answer = pcall(decide, k, a)
  if not done then
    -- An error of a command is a table since Redis 7.0
    answer = '-' .. (type(answer) == 'table' and answer.err or tostring(answer))
  end
  answers[#answers + 1] = answer
  k = k + key_count
  a = a + argument_count
end
return answers
