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
-- ARGV[2]  7-byte integers: capacity, that is parts of a full bucket; parts that come back
--          each tick; parts of one unit; microseconds of one tick; parts to charge, 0 only
--          asks, or that were charged
  local capacity, per_tick, per_unit, tick, charge = struct.unpack('>I7I7I7I7I7', ARGV[2])
  -- What is missing from this bucket, and from the largest under the same key, that of
  -- another plan or before a change: it may lack more than this one can.
  local at = now
  local spent = 0
  local kept = 0
  local since = now
  local state = redis.call('GET', KEYS[1])
  if state and (#state == 28 or #state == 42) then
    local was_at, was, was_per_unit, was_since = struct.unpack('>I7I7I7I7', state)
    local surplus = 0
    local was_capacity = capacity
    if #state == 42 then
      surplus, was_capacity = struct.unpack('>I7I7', state, 29)
    end
    if was_at <= now + 1125899906842624 and was <= 9007199254740992 and was_per_unit > 0
      and was_per_unit <= 9007199254740992 and surplus <= 9007199254740992 and was_capacity <= 9007199254740992 then
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
      local ticks = at - was_at
      if tick ~= 1 then
        ticks = math.floor(at / tick) - math.floor(was_at / tick)
      end
      local refill = ticks * per_tick
      local own = was
      if #state == 42 then
        local debt = math.max(was - was_capacity, 0)
        own = was - debt
        if capacity > was_capacity then
          own = own + surplus
        end
        own = math.min(math.min(own, capacity) + debt, 4503599627370496)
      elseif own > capacity then
        own = capacity
      end
      spent = math.max(own - refill, 0)
      kept = math.max(math.min(was + surplus, 4503599627370496) - refill, 0)
    end
  end

-- [acquire]
-- Figures: the parts that were missing.
  now = at
  if charge > 0 and spent + charge > capacity then
    fits = false
  end
  figure[1] = spent

-- [charge]
  if charge > 0 then
    local value
    if kept > spent then
      value = struct.pack('>I7I7I7I7I7I7', at, spent + charge, per_unit, since, kept - spent, capacity)
    else
      value = struct.pack('>I7I7I7I7', at, spent + charge, per_unit, since)
    end
    local ttl = math.ceil(math.ceil((kept + charge) / per_tick) * tick / 1000) + slack
    redis.call('SET', KEYS[1], value, 'PX', string.format('%d', ttl))
  end

-- [settle]
-- ARGV[3]  parts that should have been charged, if fewer
-- ARGV[4]  parts to charge more, else 0
-- ARGV[5]  when they were charged
-- ARGV[6]  parts that were missing at least right after it
  local more = tonumber(ARGV[4])
  local change = more
  if more == 0 then
    local charged_at = tonumber(ARGV[5])
    local missing = charge
    if since <= charged_at then
      missing = tonumber(ARGV[6])
    end
    local ticks = math.floor(at / tick) - math.floor(charged_at / tick)
    local left = math.max(missing - ticks * per_tick, 0)
    change = -math.min(charge - tonumber(ARGV[3]), left, spent)
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
