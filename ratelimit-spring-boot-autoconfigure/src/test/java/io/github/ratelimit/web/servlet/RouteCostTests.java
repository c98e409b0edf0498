package io.github.ratelimit.web.servlet;

import java.security.Principal;
import java.util.OptionalLong;

import io.github.ratelimit.identity.Caller;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RouteCost}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RouteCostTests {

	private static final Principal ALICE = () -> "alice";

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/reports");

	@ParameterizedTest
	@CsvSource({ "0, 0", "1, 1", " 7 , 7", "+3, 3", "9223372036854775807, 9223372036854775807", "2 * 5, 10" })
	void numberIsTheCost(String text, long cost) {
		assertThat(units(text, null)).hasValue(cost);
	}

	@ParameterizedTest
	@CsvSource({ "header:X-Cost, 5", "'header: x-cost', 5", "header:X-Other, 1" })
	void headerTellsTheCostAndOneWhereItIsMissing(String text, long cost) {
		this.request.addHeader("X-Cost", " 5 ");
		assertThat(units(text, null)).hasValue(cost);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-1", "+1", "1.0", "1e3", "0x10", "five", "9223372036854775808", "5,5", "\u0665",
			"99999999999999999999999999" })
	void headerThatIsNoWholeNumberIsOfNoUse(String value) {
		this.request.addHeader("X-Cost", value);
		assertThat(units("header:X-Cost", null)).isEmpty();
	}

	@Test
	void headerThatIsSentTwiceIsOfNoUse() {
		this.request.addHeader("X-Cost", "5");
		this.request.addHeader("X-Cost", "1");
		assertThat(units("header:X-Cost", null)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "request.contentLength / 1024", "request.getParameterValues('id').length",
			"authentication?.name == 'alice' ? 2 : 9", "T(Math).min(2, request.contentLength)",
			"#root.request.contentLength / 1024", "{1, 2}.?[#this > 1].size() * 2", "{'a', 'b'}.![length()].size()" })
	void expressionSeesRequestAndAuthentication(String text) {
		this.request.setContent(new byte[2048]);
		this.request.addParameter("id", "1", "2");
		assertThat(units(text, ALICE)).hasValue(2);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "request.contentLength / 2.0 | not 1024.5", "-request.contentLength | not -2049",
					"request.method | not the text 'POST'", "null | not null",
					"authentication.name | cannot be evaluated", "request.getAttribute('a').b | cannot be evaluated" })
	void expressionThatGivesNoCostIsLoggedAndChargesNothing(String text, String problem, CapturedOutput output) {
		this.request.setContent(new byte[2049]);
		RouteCost cost = RouteCost.parse((text.equals("null")) ? "request.queryString" : text, "ratelimit.routes[3]");
		assertThat(cost.units(this.request, caller(null))).hasValue(0);
		assertThat(cost.units(this.request, caller(null))).hasValue(0);
		assertThat(output).containsOnlyOnce("ERROR")
			.contains("of ratelimit.routes[3] ")
			.contains(problem + "; the request is charged nothing");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { "\"\" | it is blank", "\"  \" | it is blank",
			"-1 | it is not from 0 to 9223372036854775807", "9223372036854775808 | it is not from 0 to",
			"header: | '' is not the name", "header:a b | 'a b' is not the name", "1.5 | it gives 1.5 and not a whole",
			"2 - 3 | it gives -1 and not a whole number", "true | it gives a java.lang.Boolean and not",
			"two | it names 'two', but sees only 'request' and 'authentication'",
			"reqest.contentLength | it names 'reqest'", "1 + size() | it names size(),", "#cost | it names #cost,",
			"@meter.cost(request) | it names", "T(Math).max(1, length) | it names 'length'",
			"request.contentLength = 3 | it assigns a value, request.contentLength=3, where == compares",
			"request. | it is not an expression: ", "1 / 0 | it cannot be evaluated" })
	void costThatCouldNeverBeOneIsAnError(String text, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> RouteCost.parse(text, "route"))
			.withMessageStartingWith(reason);
	}

	private Caller caller(@Nullable Principal principal) {
		return new Caller(principal, null, new ServletCallerDetails(this.request));
	}

	private OptionalLong units(String text, @Nullable Principal authentication) {
		return RouteCost.parse(text, "ratelimit.routes[0]").units(this.request, caller(authentication));
	}

}
