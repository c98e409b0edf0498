-- What wrk asks: arguments are the endpoint, the number of clients, and the name that clients begin with.
-- Callers take turns, so that each client is asked about as often as the others.
local number = 0

function setup(thread)
  thread:set("id", number)
  number = number + 1
  threads = threads or {}
  table.insert(threads, thread)
end

function init(args)
  endpoint, clients, name = args[1], tonumber(args[2]), args[3]
  turn = id * math.floor(clients / 2)
  allowed, refused, unavailable, other = 0, 0, 0, 0
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-API-Key"] = os.getenv("API_KEY")
end

function request()
  turn = (turn + 1) % clients
  return wrk.format("POST", "/v1/check", nil,
    '{"client_id":"' .. name .. turn .. '","limit_key":"' .. endpoint .. '"}')
end

function response(status, headers, body)
  if status == 200 and body:find('"allowed":true', 1, true) then
    allowed = allowed + 1
  elseif status == 200 or status == 429 then
    refused = refused + 1
  elseif status >= 500 then
    unavailable = unavailable + 1
  else
    other = other + 1
  end
end

function done(summary, latency, requests)
  local a, r, u, o = 0, 0, 0, 0
  for _, thread in ipairs(threads) do
    a = a + thread:get("allowed")
    r = r + thread:get("refused")
    u = u + thread:get("unavailable")
    o = o + thread:get("other")
  end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("result %.0f %.2f %.2f %.2f %d %d %d %d\n", (a + r + u + o) / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000, a, r, u, o + lost))
end
