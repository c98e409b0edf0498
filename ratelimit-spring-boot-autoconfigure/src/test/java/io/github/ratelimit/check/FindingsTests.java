package io.github.ratelimit.check;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Findings}.
 */
@ExtendWith(OutputCaptureExtension.class)
class FindingsTests {

	@Test
	void codesAreDifferentAndInOrder() {
		List<String> codes = Stream.of(Check.values()).map(Check::code).toList();
		assertThat(codes).doesNotHaveDuplicates().isSorted().allMatch((code) -> code.matches("RL\\d{3}"));
	}

	@Test
	void findingIsToldOnceWithCodeDetailAndRemedy(CapturedOutput output) {
		Findings findings = new Findings(Check::severity);
		findings.report(Check.SELF_CALL, "Method a calls b.");
		findings.report(Check.SELF_CALL, "Method a calls b.");
		assertThat(output).containsOnlyOnce("WARN")
			.containsOnlyOnce("RL008: Method a calls b. " + Check.SELF_CALL.remedy());
		assertThat(findings.all()).hasSize(1);
	}

	@Test
	void findingThatIsOverIsNotShown() {
		AtomicBoolean holds = new AtomicBoolean(true);
		Findings findings = new Findings((check) -> Severity.ERROR);
		findings.report(Check.UNUSED_TIER, "Tier.", holds::get);
		assertThat(findings.all()).hasSize(1);
		holds.set(false);
		assertThat(findings.all()).isEmpty();
		assertThatNoException().isThrownBy(findings::requireNoErrors);
	}

	@Test
	void findingOfACheckThatIsOffIsNeitherToldNorKept(CapturedOutput output) {
		Findings findings = new Findings((check) -> Severity.OFF);
		findings.report(Check.EVERYBODY_TRUSTED, "All.");
		assertThat(findings.all()).isEmpty();
		assertThat(output).doesNotContain("RL002");
		assertThatNoException().isThrownBy(findings::requireNoErrors);
	}

	@Test
	void errorsOfTheStartStopItAllAtOnceAndAreNotLoggedBesides(CapturedOutput output) {
		Findings findings = new Findings((check) -> (check == Check.UNUSED_TIER) ? Severity.INFO : Severity.ERROR);
		findings.report(Check.EVERYBODY_TRUSTED, "All.");
		findings.report(Check.UNUSED_TIER, "Some.");
		findings.report(Check.OPEN_LOGIN, "Auth.");
		assertThatExceptionOfType(FailedChecksException.class).isThrownBy(findings::requireNoErrors)
			.satisfies((ex) -> assertThat(ex.getFindings()).extracting(Finding::check)
				.containsExactly(Check.EVERYBODY_TRUSTED, Check.OPEN_LOGIN));
		assertThat(output).doesNotContain("ERROR");
	}

	@Test
	void errorThatIsFoundLaterIsLogged(CapturedOutput output) {
		Findings findings = new Findings((check) -> Severity.ERROR);
		findings.requireNoErrors();
		findings.report(Check.UNTRUSTED_FORWARDING, "Header.");
		assertThat(output).contains("ERROR").contains("RL001: Header.");
	}

	@Test
	void requestsThatComeBeforeTheStartIsOverDoNotStopIt() {
		Findings findings = new Findings((check) -> Severity.ERROR);
		findings.requireNoErrors();
		findings.report(Check.UNTRUSTED_FORWARDING, "Header.");
		assertThatNoException().isThrownBy(() -> findings.requireNoErrors(Check.UNUSED_TIER));
		findings.report(Check.UNUSED_TIER, "Tier.");
		assertThatExceptionOfType(FailedChecksException.class)
			.isThrownBy(() -> findings.requireNoErrors(Check.UNUSED_TIER))
			.satisfies(
					(ex) -> assertThat(ex.getFindings()).extracting(Finding::check).containsExactly(Check.UNUSED_TIER));
	}

	@Test
	void errorIsNotLostAmongAGreatMany() {
		Findings findings = new Findings(Check::severity);
		IntStream.range(0, 1000).forEach((i) -> findings.report(Check.UNUSED_TIER, "Tier " + i));
		findings.report(Check.EVERYBODY_TRUSTED, "All.");
		assertThatExceptionOfType(FailedChecksException.class).isThrownBy(findings::requireNoErrors);
	}

	@Test
	void floodOfFindingsIsBounded() {
		Findings findings = new Findings((check) -> Severity.INFO);
		IntStream.range(0, 1000).forEach((i) -> findings.report(Check.UNUSED_TIER, i + "x".repeat(5000)));
		assertThat(findings.all()).hasSize(200).allMatch((finding) -> finding.detail().length() < 1010);
	}

}
