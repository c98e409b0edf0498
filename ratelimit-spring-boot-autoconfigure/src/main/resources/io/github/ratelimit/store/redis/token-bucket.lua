-- Token bucket. The same arithmetic stands in TokenBucket.java.
--
-- State: big-endian 7-byte integers: when it was written in microseconds, parts missing
-- then, parts of one unit then, since when nothing was given back; and, where more is
-- missing from larger buckets or there is debt, the parts that only larger buckets lack
-- and those of a full bucket then. It expires when nothing is missing any more. A value
-- that is no such state counts as none: one of another length, with a number out of its
-- range, or more than 35 years ahead of the clock.

-- [read]
-- KEYS[1]  the counter
-- ARGV[2]  capacity: parts of a full bucket
-- ARGV[3]  parts that come back each tick
-- ARGV[4]  parts of one unit
-- ARGV[5]  microseconds of one tick
  local capacity = tonumber(ARGV[2])
  local per_tick = tonumber(ARGV[3])
  local per_unit = tonumber(ARGV[4])
  local tick = tonumber(ARGV[5])
  -- What is missing from this bucket, and from the largest under the same key, that of
  -- another plan or before a change: it may lack more than this one can.
  local at = now
  local spent = 0
  local kept = 0
  local since = now
  local state = redis.call('GET', KEYS[1])
  local was_at, was, was_per_unit, was_since
  local surplus = 0
  local was_capacity = capacity
  local known = false
  if state and (#state == 28 or #state == 42) then
    was_at, was, was_per_unit, was_since = struct.unpack('>I7I7I7I7', state)
    if #state == 42 then
      surplus, was_capacity = struct.unpack('>I7I7', state, 29)
    end
    known = was_at <= now + 1125899906842624 and was <= 9007199254740992 and was_per_unit > 0
      and was_per_unit <= 9007199254740992 and surplus <= 9007199254740992 and was_capacity <= 9007199254740992
  end
  if known then
    since = was_since
    if was_at > at then
      at = was_at
    end
    if was_per_unit ~= per_unit then
      local function rescaled(parts)
        local units = math.floor(parts / was_per_unit)
        return math.min(4503599627370496,
          units * per_unit + math.ceil((parts - units * was_per_unit) / was_per_unit * per_unit))
      end
      was = rescaled(was)
      surplus = rescaled(surplus)
      if #state == 42 then
        was_capacity = rescaled(was_capacity)
      end
    end
    local debt = 0
    if #state == 42 then
      debt = math.max(was - was_capacity, 0)
    end
    local own = was - debt
    if capacity > was_capacity then
      own = own + surplus
    end
    local ticks = at - was_at
    if tick ~= 1 then
      ticks = math.floor(at / tick) - math.floor(was_at / tick)
    end
    local refill = ticks * per_tick
    kept = math.max(math.min(was + surplus, 4503599627370496) - refill, 0)
    spent = math.max(math.min(math.min(own, capacity) + debt, 4503599627370496) - refill, 0)
  end

-- [acquire]
-- ARGV[6]  parts to charge; 0 only asks
-- Figures: the parts that were missing.
  now = at
  local charge = tonumber(ARGV[6])
  if charge > 0 then
    if spent + charge > capacity then
      fits = false
    end
    charges[#charges + 1] = function()
      local value = struct.pack('>I7I7I7I7', at, spent + charge, per_unit, since)
      if kept > spent then
        value = value .. struct.pack('>I7I7', kept - spent, capacity)
      end
      local ttl = math.ceil(math.ceil((kept + charge) / per_tick) * tick / 1000) + slack
      redis.call('SET', KEYS[1], value, 'PX', string.format('%d', ttl))
    end
  end
  figures = figures .. struct.pack('>I7', spent)

-- [settle]
-- ARGV[6]  parts that were charged
-- ARGV[7]  parts that should have been, if fewer
-- ARGV[8]  parts to charge more, else 0
-- ARGV[9]  when they were charged
-- ARGV[10] parts that were missing at least right after it
  local more = tonumber(ARGV[8])
  local change = more
  if more == 0 then
    local charged_at = tonumber(ARGV[9])
    local missing = tonumber(ARGV[6])
    if since <= charged_at then
      missing = tonumber(ARGV[10])
    end
    local ticks = math.floor(at / tick) - math.floor(charged_at / tick)
    local left = math.max(missing - ticks * per_tick, 0)
    change = -math.min(tonumber(ARGV[6]) - tonumber(ARGV[7]), left, spent)
    since = at + 1
  end
  if change ~= 0 then
    spent = math.min(spent + change, 4503599627370496)
    kept = math.min(kept + change, 4503599627370496)
    local value = struct.pack('>I7I7I7I7', at, spent, per_unit, since)
    if kept > spent or spent > capacity then
      value = value .. struct.pack('>I7I7', kept - spent, capacity)
    end
    local ttl = math.max(math.ceil(math.ceil(kept / per_tick) * tick / 1000), 1) + slack
    redis.call('SET', KEYS[1], value, 'PX', string.format('%d', ttl))
  end
