-- Counts in windows: fixed windows and the sliding window counter. The same arithmetic
-- stands in WindowCounts.java, FixedWindow.java and SlidingWindowCounter.java.
--
-- State: big-endian 7-byte integers: when it was written in microseconds; since when all
-- that is counted here was charged or taken over, and nothing forgotten; then for each
-- kind of window that was asked for lately its identity, beginning and end of the window,
-- units charged in it and units charged in the one before. It expires when its windows
-- tell nothing any more. A value that is no such state counts as none: one of another
-- length, with windows that do not begin before it was written or are longer than any
-- limit's, or more than 35 years ahead of the clock.

-- [known]
  -- Whether a value is a state
  local function known(value)
    if #value % 35 ~= 14 or #value > 154 or struct.unpack('>I7', value) > now + 1125899906842624 then
      return false
    end
    local written = struct.unpack('>I7', value)
    for i = 15, #value, 35 do
      local id, from, to, count, before = struct.unpack('>I7I7I7I7I7', value, i)
      if id < 1 or from > written or to <= from or to - from > 315619200000000
        or count > 4503599627370496 or before > 4503599627370496 then
        return false
      end
    end
    return true
  end

-- [read]
-- KEYS[1]  the counter
-- ARGV[2]  7-byte integers: identity of the windows, the length of those that begin at the
--          epoch; units per window; units to charge, 0 only asks; microseconds of one tick;
--          and where windows of the calendar begin and end, for others nothing
  local id, quota, cost, tick = struct.unpack('>I7I7I7I7', ARGV[2])
  local at = now
  local since = at
  local was_at = 0
  local state = redis.call('GET', KEYS[1])
  -- Mostly there is one kind of window, and it is this one
  local plain, from_there, to_there, count_there, before_there
  if state and #state == 49 then
    local other
    was_at, since, other, from_there, to_there, count_there, before_there = struct.unpack('>I7I7I7I7I7I7I7', state)
    plain = other == id and id > 0 and was_at <= now + 1125899906842624 and from_there <= was_at and to_there > from_there
      and to_there - from_there <= 315619200000000 and count_there <= 4503599627370496
      and before_there <= 4503599627370496
  end
  if not plain and state then
    if known(state) then
      was_at, since = struct.unpack('>I7I7', state)
    else
      state = nil
      was_at = 0
      since = at
    end
  end
  if was_at > at then
    at = was_at
  end
  now = at
  local first, last
  if #ARGV[2] == 28 then
    first = at - at % id
    last = first + id
  else
    for i = 29, #ARGV[2] - 13, 7 do
      local from, to = struct.unpack('>I7I7', ARGV[2], i)
      if at >= from and at < to then
        first, last = from, to
      end
    end
    if not first then
      return struct.pack('>I7', at)
    end
  end
  local current = 0
  local previous = 0
  local others
  if plain then
    if from_there == first then
      current = count_there
      previous = before_there
    elseif to_there == first then
      previous = count_there
    else
      since = at
    end
  elseif state then
    others = {}
    local found = false
    local follows = false
    local charged = 0
    local charged_before = 0
    local before_first = first - (last - first)
    for i = 15, #state, 35 do
      local other, from, to, count, before = struct.unpack('>I7I7I7I7I7', state, i)
      if other ~= id then
        others[#others + 1] = {other, from, to, count, before}
        if was_at >= first and to > first and count > charged then
          charged = count
        end
        if was_at >= first then
          if from > before_first and before > charged_before then
            charged_before = before
          end
        elseif was_at >= before_first and to > before_first and count > charged_before then
          charged_before = count
        end
      elseif from == first then
        found = true
        current = count
        previous = before
      elseif to == first then
        follows = true
        previous = count
      end
    end
    if not found then
      current = charged
      if not follows then
        previous = charged_before
        since = at
      end
    end
  end

-- [fixed]
-- Figures: units used, and time until the window ends.
  local trail = 0
  if cost > 0 and current + cost > quota then
    fits = false
  end
  figure[1] = current
  figure[2] = last - at

-- [counter]
-- Figures: units used in the window and in the one before, and time until it ends.
  local trail = 1
  if cost > 0 then
    local weighed = math.ceil(math.min(previous, quota) * math.ceil((last - at) / tick) / (id / tick))
    if math.min(current, quota) + cost > quota - weighed then
      fits = false
    end
  end
  figure[1] = current
  figure[2] = previous
  figure[3] = last - at

-- [charge]
  if cost > 0 then
    local value = struct.pack('>I7I7I7I7I7I7I7', at, since, id, first, last, math.min(current + cost, 4503599627370496),
      previous)
    local over = last + trail * (last - first)
    if others then
      local kept = 1
      for i = 1, #others do
        local other, from, to, count, before = unpack(others[i])
        local other_over = to + trail * (to - from)
        if at < other_over and kept < 4 then
          if at >= from and at < to then
            count = math.min(count + cost, 4503599627370496)
          end
          value = value .. struct.pack('>I7I7I7I7I7', other, from, to, count, before)
          over = math.max(over, other_over)
          kept = kept + 1
        end
      end
    end
    redis.call('SET', KEYS[1], value, 'PX', string.format('%d', math.ceil((over - at) / 1000) + slack))
  end

-- [settle]
-- KEYS[1]  the counter
-- ARGV[2]  when it was charged
-- ARGV[3]  units to add, which may be negative
  local charged_at = tonumber(ARGV[2])
  local units = tonumber(ARGV[3])
  local state = redis.call('GET', KEYS[1])
  if state and known(state) and (units > 0 or charged_at >= struct.unpack('>I7', state, 8)) then
    local value = string.sub(state, 1, 14)
    local over = now
    for i = 15, #state, 35 do
      local id, from, to, count, before = struct.unpack('>I7I7I7I7I7', state, i)
      if charged_at >= from and charged_at < to then
        count = math.max(math.min(count + units, 4503599627370496), 0)
      elseif charged_at < from and charged_at >= from - (to - from) then
        before = math.max(math.min(before + units, 4503599627370496), 0)
      end
      over = math.max(over, to + to - from)
      value = value .. struct.pack('>I7I7I7I7I7', id, from, to, count, before)
    end
    if value ~= state then
      redis.call('SET', KEYS[1], value, 'KEEPTTL')
      if redis.call('PTTL', KEYS[1]) < 0 then
        redis.call('PEXPIRE', KEYS[1], string.format('%d', math.max(math.ceil((over - now) / 1000), 1) + slack))
      end
    end
  end
