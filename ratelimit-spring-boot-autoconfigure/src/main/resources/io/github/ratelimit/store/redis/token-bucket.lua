-- Token bucket of one counter: decides, and charges what it allows.
--
-- KEYS[1]  the counter
-- ARGV[1]  capacity: parts of a full bucket
-- ARGV[2]  parts that come back each tick
-- ARGV[3]  parts of one unit
-- ARGV[4]  parts to charge; 0 only asks
-- ARGV[5]  microseconds of one tick
-- ARGV[6]  the time in microseconds (optional, else the server's)
--
-- Returns the parts that were missing from the bucket before the charge; the charge was
-- made if it fits into the rest. All numbers are whole and below 2^53, so doubles hold
-- them exactly. The same arithmetic stands in TokenBucket.java.
--
-- State: three big-endian 7-byte integers: when it was written in microseconds, parts
-- missing then, parts of one unit then. It expires when nothing is missing any more.

local capacity = tonumber(ARGV[1])
local per_tick = tonumber(ARGV[2])
local per_unit = tonumber(ARGV[3])
local charge = tonumber(ARGV[4])
local tick = tonumber(ARGV[5])

local now
if ARGV[6] then
  now = tonumber(ARGV[6])
else
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- What is missing from this bucket, and what stays written: under the same key a larger
-- bucket, that of another plan, may lack more than this one can.
local spent = 0
local kept = 0
local state = redis.call('GET', KEYS[1])
if state and #state == 21 then
  local at, was, was_per_unit = struct.unpack('>I7I7I7', state)
  if at > now then
    now = at
  end
  if was_per_unit ~= per_unit then
    local units = math.floor(was / was_per_unit)
    was = units * per_unit + math.ceil((was - units * was_per_unit) / was_per_unit * per_unit)
  end
  if was > 4503599627370496 then
    was = 4503599627370496
  end
  local ticks = now - at
  if tick ~= 1 then
    ticks = math.floor(now / tick) - math.floor(at / tick)
  end
  local refill = ticks * per_tick
  kept = math.max(was - refill, 0)
  spent = math.max(math.min(was, capacity) - refill, 0)
end

if charge > 0 and spent + charge <= capacity then
  local after = kept + charge
  local ttl = math.ceil(math.ceil(after / per_tick) * tick / 1000)
  if ARGV[6] then
    -- The caller's clock runs at its own speed, the server's expiry does not.
    ttl = ttl + 60000
  end
  redis.call('SET', KEYS[1], struct.pack('>I7I7I7', now, after, per_unit), 'PX', string.format('%d', ttl))
end
return spent
