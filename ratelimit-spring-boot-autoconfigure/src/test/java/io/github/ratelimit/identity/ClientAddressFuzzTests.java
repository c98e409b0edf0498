package io.github.ratelimit.identity;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no input, however it was made, is taken for a client that it is not. Each
 * failure tells the seed that makes it again.
 */
class ClientAddressFuzzTests {

	private static final String[] FRAGMENTS = { ",", ", ", ";", "for=", "For=", "by=", "proto=https", "\"", "\\",
			"\\\"", "[", "]", ":", "::", "%", "%eth0", ".", "/", " ", "\t", "\u0000", "\r\n", "é", "\uD800", "unknown",
			"_x", "10.0.0.1", "10.0.0.2:80", "203.0.113.7", "::1", "2001:db8::1", "[2001:db8::1]:443",
			"::ffff:10.0.0.1", "ffff", "0", "00", "255", "256", "1e9", "-1", "localhost" };

	private static final ClientAddressSettings PRIVATE = ClientAddressSettings.DEFAULTS
		.withTrustedProxies(IpNetwork.list("private"));

	private static final List<ClientAddressResolver> RESOLVERS = List.of(
			new ClientAddressResolver(ClientAddressSettings.DEFAULTS), new ClientAddressResolver(PRIVATE),
			new ClientAddressResolver(ClientAddressSettings.DEFAULTS.withHops(3)),
			new ClientAddressResolver(PRIVATE.withHeader(ForwardingHeader.FORWARDED)),
			new ClientAddressResolver(PRIVATE.withHeader(ForwardingHeader.X_FORWARDED_FOR).withPrefixes(24, 56)));

	@Test
	void whateverComesInIsAnAddressOrNone() {
		repeat(100_000, (random) -> {
			String peer = (random.nextInt(4) == 0) ? noise(random) : spelling(random, address(random));
			List<String> forwardedFor = List.of(noise(random), noise(random));
			List<String> forwarded = (random.nextBoolean()) ? List.of() : List.of(noise(random));
			for (ClientAddressResolver resolver : RESOLVERS) {
				ClientAddress found = resolver.resolve(peer,
						(name) -> name.equals("Forwarded") ? forwarded : forwardedFor);
				if (found != null) {
					assertThat(IpAddress.parse(found.address())).hasToString(found.address());
					assertGroup(found);
				}
			}
		});
	}

	private static void assertGroup(ClientAddress found) {
		// Written as a setting, this one would be taken for IPv4
		if (!found.group().startsWith("64:ff9b::/")) {
			IpNetwork network = IpNetwork.parse(found.group());
			assertThat(network).hasToString(found.group());
			assertThat(network.contains(IpAddress.parse(found.address()))).isTrue();
		}
	}

	@Test
	void everySpellingOfAnAddressIsOneClient() {
		repeat(60_000, (random) -> {
			IpAddress address = address(random);
			ClientAddress expected = RESOLVERS.get(0).resolve(address.toString());
			String spelling = spelling(random, address);
			assertThat(RESOLVERS.get(0).resolve(spelling)).as(spelling).isEqualTo(expected);
			String entry = entry(random, spelling);
			IpAddress proxy = IpAddress.parse("10.1.1.1");
			assertThat(new ClientAddressResolver(ClientAddressSettings.DEFAULTS.withHops(1)).resolve(proxy.toString(),
					(name) -> name.equals("Forwarded") ? List.of("for=\"" + entry + "\"") : List.of(entry)))
				.as(entry)
				.isEqualTo(expected);
		});
	}

	@Test
	void differentAddressesAreDifferentTexts() {
		Map<String, IpAddress> seen = new HashMap<>();
		repeat(60_000, (random) -> {
			IpAddress address = address(random);
			IpAddress other = seen.putIfAbsent(address.toString(), address);
			assertThat((other != null) ? other : address).isEqualTo(address);
			assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
		});
	}

	@Test
	void nothingThatAClientWritesChangesWhatProxiesAppended() {
		ClientAddressResolver forwardedFor = new ClientAddressResolver(
				PRIVATE.withHeader(ForwardingHeader.X_FORWARDED_FOR));
		ClientAddressResolver forwarded = new ClientAddressResolver(PRIVATE.withHeader(ForwardingHeader.FORWARDED));
		repeat(60_000, (random) -> {
			String client = spelling(random, publicAddress(random));
			ClientAddress expected = RESOLVERS.get(0).resolve(client);
			String evil = noise(random) + ((random.nextInt(50) == 0) ? noise(random).repeat(400) : "");
			List<String> fields = appended(random, evil, client, "10.0.0.7");
			assertThat(forwardedFor.resolve("10.0.0.1", (name) -> fields)).as(evil).isEqualTo(expected);
			List<String> elements = appended(random, evil, element(random, client), element(random, "10.0.0.7"));
			assertThat(forwarded.resolve("10.0.0.1", (name) -> elements)).as(evil).isEqualTo(expected);
		});
	}

	private static List<String> appended(Random random, String evil, String client, String proxy) {
		String tail = client + ", " + proxy;
		return switch (random.nextInt(3)) {
			case 0 -> List.of(evil + "," + tail);
			case 1 -> List.of(evil, tail);
			default -> List.of(evil, evil + ", " + client, proxy);
		};
	}

	private static String element(Random random, String node) {
		String address = "for=\"" + entry(random, node) + "\"";
		return switch (random.nextInt(4)) {
			case 0 -> address;
			case 1 -> "proto=https;" + address + ";host=\"a,\\\"b;for=1.2.3.4\"";
			case 2 -> "BY=10.0.0.1;" + address.replace("for", "For");
			default -> address + ";host=\"\\\\\"";
		};
	}

	private static String entry(Random random, String node) {
		String bracketed = (node.indexOf(':') >= 0) ? "[" + node + "]" : node;
		return switch (random.nextInt(3)) {
			case 0 -> node;
			case 1 -> bracketed;
			default -> bracketed + ":" + random.nextInt(65536);
		};
	}

	private static String noise(Random random) {
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(12); i > 0; i--) {
			switch (random.nextInt(6)) {
				case 0 -> text.append((char) random.nextInt(256));
				case 1 -> text.append(spelling(random, address(random)));
				default -> text.append(FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
			}
		}
		return text.toString();
	}

	private static IpAddress publicAddress(Random random) {
		IpAddress address = address(random);
		return (IpNetwork.list("private").stream().anyMatch((network) -> network.contains(address)))
				? publicAddress(random) : address;
	}

	/**
	 * Return an address, often one with many zeros or near one of the ranges that carry
	 * IPv4.
	 */
	private static IpAddress address(Random random) {
		return switch (random.nextInt(4)) {
			case 0 -> IpAddress.version4(random.nextInt() & 0xFFFFFFFFL);
			case 1 -> IpAddress.version6(random.nextLong(), random.nextLong());
			case 2 -> IpAddress.version6(sparse(random), sparse(random));
			default -> IpAddress.version6((random.nextBoolean()) ? 0 : 0x0064FF9B_00000000L,
					(long) random.nextInt(0x10001) << 32 | random.nextInt() & 0xFFFFFFFFL);
		};
	}

	private static long sparse(Random random) {
		long bits = 0;
		for (int i = 0; i < 4; i++) {
			bits = bits << 16 | ((random.nextBoolean()) ? 0 : random.nextInt(0x10000));
		}
		return bits;
	}

	private static String spelling(Random random, IpAddress address) {
		if (!address.version4()) {
			return zone(random, shortened(random, groups(random, address.high(), address.low())));
		}
		String text = address.toString();
		return switch (random.nextInt(4)) {
			case 0 -> text;
			case 1 -> zone(random, "::ffff:" + text);
			case 2 -> zone(random, shortened(random, groups(random, 0, 0xFFFFL << 32 | address.low())));
			default -> "64:ff9b::" + text;
		};
	}

	private static String groups(Random random, long high, long low) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < 8; i++) {
			int group = (int) (((i < 4) ? high : low) >>> (48 - 16 * (i % 4))) & 0xFFFF;
			String digits = (random.nextBoolean()) ? "%04x".formatted(group) : Integer.toHexString(group);
			text.append((i > 0) ? ":" : "").append((random.nextBoolean()) ? digits.toUpperCase(Locale.ROOT) : digits);
		}
		return text.toString();
	}

	/**
	 * Put {@code ::} in the place of some run of zeros, not always the longest.
	 */
	private static String shortened(Random random, String groups) {
		String[] parts = groups.split(":");
		int start = random.nextInt(8);
		int end = start;
		while (end < 8 && parts[end].matches("0+")) {
			end++;
		}
		if (end == start) {
			return groups;
		}
		return String.join(":", List.of(parts).subList(0, start)) + "::"
				+ String.join(":", List.of(parts).subList(end, 8));
	}

	private static String zone(Random random, String text) {
		return (random.nextInt(5) == 0) ? text + "%25eth" + random.nextInt(10) : text;
	}

	private static void repeat(int times, Consumer<Random> test) {
		long first = new Random().nextLong();
		for (int i = 0; i < times; i++) {
			long seed = first + i;
			try {
				test.accept(new Random(seed));
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("With seed " + seed + "L: " + ex.getMessage(), ex);
			}
		}
	}

}
