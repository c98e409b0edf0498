package io.github.ratelimit.identity;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeaderElements}.
 */
class HeaderElementsTests {

	@Test
	void elementsComeFromTheLastToTheFirst() {
		assertThat(elements(false, "a, b", "", "c ,\td ")).containsExactly("d", "c", "", "b", "a");
		assertThat(elements(false)).isEmpty();
		assertThat(elements(false, ",")).containsExactly("", "");
	}

	@Test
	void commasWithinQuotesArePartOfAnElement() {
		assertThat(elements(true, "a=\"1,2\", b=\"\\\",\\\\\"")).containsExactly("b=\"\\\",\\\\\"", "a=\"1,2\"");
		assertThat(elements(false, "a=\"1,2\"")).containsExactly("2\"", "a=\"1");
	}

	@Test
	void quoteThatIsNeverClosedReachesNothingBehindIt() {
		assertThat(elements(true, "x=\"1, for=a", "for=b")).containsExactly("for=b", "for=a");
	}

	@Test
	void elementOfUnusualLengthIsNotRead() {
		assertThat(elements(true, "a," + "x".repeat(1024))).hasSize(2);
		assertThat(elements(true, "a," + "x".repeat(1025))).isEmpty();
		assertThat(elements(true, "a," + "x".repeat(1025) + ",b")).containsExactly("b");
		assertThat(elements(true, "x".repeat(1024))).hasSize(1);
		assertThat(elements(true, "x".repeat(1025))).isEmpty();
		assertThat(elements(true, "a", "x".repeat(1025))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", ",", ", ", "10.0.0.1,", "\"", "\\", "\\\"", "\",", "[", " ", "for=10.0.0.1,", ";" })
	void longHeaderIsNotReadToItsBeginning(String unit) {
		for (boolean forwarded : new boolean[] { true, false }) {
			CountedText header = new CountedText(unit.repeat(100_000 / unit.length()) + ",10.0.0.1");
			HeaderElements elements = new HeaderElements(List.of(header), forwarded);
			for (int i = 0; i < ClientAddressSettings.MAX_HOPS; i++) {
				elements.next();
			}
			assertThat(header.reads).isLessThan(10_000);
		}
	}

	private static List<String> elements(boolean quotes, String... fields) {
		HeaderElements elements = new HeaderElements(List.of(fields), quotes);
		List<String> result = new ArrayList<>();
		for (String element = elements.next(); element != null; element = elements.next()) {
			result.add(element);
		}
		assertThat(elements.next()).isNull();
		return result;
	}

	/**
	 * A text that counts how often a character of it is read.
	 */
	private static final class CountedText implements CharSequence {

		private final String text;

		private int reads;

		CountedText(String text) {
			this.text = text;
		}

		@Override
		public int length() {
			return this.text.length();
		}

		@Override
		public char charAt(int index) {
			this.reads++;
			return this.text.charAt(index);
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			this.reads += end - start;
			return this.text.subSequence(start, end);
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
