-- Makes wrk ask once about each of many clients, a hundred with each request: arguments are the endpoint,
-- the number of clients, and the name that clients begin with. For one thread of wrk.
function init(args)
  endpoint, clients, name = args[1], tonumber(args[2]), args[3]
  asked, answered, wrong = 0, 0, 0
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-API-Key"] = os.getenv("API_KEY")
end

function request()
  local checks = {}
  for i = 1, 100 do
    checks[i] = '{"client_id":"' .. name .. (asked % clients) .. '","limit_key":"' .. endpoint .. '"}'
    asked = asked + 1
  end
  return wrk.format("POST", "/v1/check/batch", nil,
    '{"mode":"independent","checks":[' .. table.concat(checks, ",") .. ']}')
end

function response(status, headers, body)
  answered = answered + 100
  if status ~= 200 or answered >= clients then
    io.write("result ", status, "\n")
    io.flush()
    wrk.thread:stop()
  end
end
