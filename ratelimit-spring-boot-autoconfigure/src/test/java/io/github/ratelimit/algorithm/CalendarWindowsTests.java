package io.github.ratelimit.algorithm;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.ratelimit.CalendarUnit;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CalendarWindows}.
 */
class CalendarWindowsTests {

	private static final long HOUR = 3_600_000_000L;

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu",
			"America/St_Johns", "Pacific/Apia", "Asia/Tehran", "America/Sao_Paulo", "Africa/Casablanca" })
	void datesFollowOneAnotherWithoutGaps(String zone) {
		for (CalendarUnit unit : List.of(CalendarUnit.DAY, CalendarUnit.WEEK, CalendarUnit.MONTH)) {
			CalendarWindows windows = new CalendarWindows(unit, ZoneId.of(zone));
			partition(windows, micros("1970-01-02T12:00:00Z"), micros("2045-01-01T00:00:00Z"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu",
			"America/St_Johns", "Pacific/Apia", "Asia/Tehran", "America/Sao_Paulo", "Africa/Casablanca" })
	void hoursAndMinutesFollowOneAnotherWithoutGaps(String zone) {
		ZoneId id = ZoneId.of(zone);
		CalendarWindows hours = new CalendarWindows(CalendarUnit.HOUR, id);
		partition(hours, micros("2010-06-01T00:20:00Z"), micros("2012-06-01T00:00:00Z"));
		for (long change : changes(id, "1970-01-02T00:00:00Z", "2045-01-01T00:00:00Z")) {
			partition(hours, change - 5 * HOUR, change + 5 * HOUR);
			partition(new CalendarWindows(CalendarUnit.MINUTE, id), change - HOUR / 12, change + HOUR / 12);
		}
	}

	private static void partition(CalendarWindows windows, long from, long to) {
		Window window = windows.at(from);
		while (window.endMicros() < to) {
			long length = window.endMicros() - window.startMicros();
			assertThat(length).as("%s at %d", windows, window.startMicros()).isPositive();
			for (long at : new long[] { window.startMicros(), window.startMicros() + length / 3,
					window.endMicros() - 1 }) {
				if (!windows.at(at).equals(window)) {
					throw new AssertionError(windows + " at " + at + ": " + windows.at(at) + ", not " + window);
				}
			}
			Window next = windows.at(window.endMicros());
			if (next.startMicros() != window.endMicros()) {
				throw new AssertionError(windows + ": " + next + " after " + window);
			}
			window = next;
		}
	}

	private static List<Long> changes(ZoneId zone, String from, String to) {
		List<Long> changes = new ArrayList<>();
		Instant end = Instant.parse(to);
		ZoneOffsetTransition next = zone.getRules().nextTransition(Instant.parse(from));
		while (next != null && next.getInstant().isBefore(end)) {
			changes.add(EpochMicros.of(next.getInstant()));
			next = zone.getRules().nextTransition(next.getInstant());
		}
		return changes;
	}

	@ParameterizedTest
	@CsvSource({ "America/New_York, 2024-03-10, PT23H", "America/New_York, 2024-11-03, PT25H",
			"America/New_York, 2024-07-04, PT24H", "Europe/Berlin, 2024-03-31, PT23H",
			"Europe/Berlin, 2024-10-27, PT25H", "Australia/Lord_Howe, 2024-10-06, PT23H30M",
			"Australia/Lord_Howe, 2024-04-07, PT24H30M", "Asia/Kathmandu, 2024-03-31, PT24H",
			"America/St_Johns, 2008-03-09, PT23H", "America/St_Johns, 2008-11-02, PT25H",
			"Pacific/Apia, 2011-12-29, PT24H", "Pacific/Apia, 2011-12-31, PT24H", "Asia/Tehran, 2022-03-22, PT23H",
			"America/Sao_Paulo, 2018-11-04, PT23H", "UTC, 2024-03-31, PT24H" })
	void dayIsAsLongAsItIsThere(String zone, LocalDate date, Duration length) {
		ZoneId id = ZoneId.of(zone);
		ZonedDateTime start = date.atStartOfDay(id);
		Window day = new CalendarWindows(CalendarUnit.DAY, id).at(EpochMicros.of(start.toInstant()) + 13 * HOUR);
		assertThat(day.startMicros()).isEqualTo(EpochMicros.of(start.toInstant()));
		assertThat(Duration.of(day.endMicros() - day.startMicros(), ChronoUnit.MICROS)).isEqualTo(length);
	}

	@Test
	void dayThatWasSkippedIsNone() {
		CalendarWindows days = new CalendarWindows(CalendarUnit.DAY, ZoneId.of("Pacific/Apia"));
		Window before = days.at(micros("2011-12-29T12:00:00-10:00"));
		Window after = days.at(before.endMicros());
		assertThat(LocalDate.ofInstant(instant(after.startMicros()), ZoneId.of("Pacific/Apia")))
			.isEqualTo(LocalDate.of(2011, 12, 31));
	}

	/**
	 * There clocks went back from one minute past midnight to the day before.
	 */
	@Test
	void dayThatComesBackAfterMidnightIsOver() {
		CalendarWindows days = new CalendarWindows(CalendarUnit.DAY, ZoneId.of("America/St_Johns"));
		Window saturday = days.at(micros("2008-11-01T12:00:00-02:30"));
		assertThat(saturday.endMicros()).isEqualTo(micros("2008-11-02T00:00:00-02:30"));
		Window sunday = days.at(micros("2008-11-01T23:30:00-03:30"));
		assertThat(sunday.startMicros()).isEqualTo(saturday.endMicros());
		assertThat(sunday.endMicros()).isEqualTo(micros("2008-11-03T00:00:00-03:30"));
	}

	@Test
	void weeksBeginOnMondaysAndMonthsOnTheFirst() {
		ZoneId zone = ZoneId.of("Europe/Berlin");
		for (long at = micros("2020-01-01T00:00:00Z"); at < micros("2024-01-01T00:00:00Z"); at += 31 * HOUR) {
			ZonedDateTime week = instant(new CalendarWindows(CalendarUnit.WEEK, zone).at(at).startMicros())
				.atZone(zone);
			assertThat(week.getDayOfWeek()).isEqualTo(DayOfWeek.MONDAY);
			assertThat(week.toLocalTime()).isEqualTo("00:00");
			ZonedDateTime month = instant(new CalendarWindows(CalendarUnit.MONTH, zone).at(at).startMicros())
				.atZone(zone);
			assertThat(month.getDayOfMonth()).isEqualTo(1);
			assertThat(month.getMonth()).isEqualTo(instant(at).atZone(zone).getMonth());
		}
	}

	@Test
	void hoursBeginAtFullHoursOfTheClock() {
		assertThat(new CalendarWindows(CalendarUnit.HOUR, ZoneId.of("Asia/Kathmandu"))
			.at(micros("2024-05-05T10:20:00+05:45")))
			.isEqualTo(new Window(micros("2024-05-05T10:00:00+05:45"), micros("2024-05-05T11:00:00+05:45")));
		// Clocks go back by half an hour at two
		CalendarWindows island = new CalendarWindows(CalendarUnit.HOUR, ZoneId.of("Australia/Lord_Howe"));
		assertThat(island.at(micros("2024-04-07T01:45:00+10:30")))
			.isEqualTo(new Window(micros("2024-04-07T01:30:00+10:30"), micros("2024-04-07T02:00:00+10:30")));
		assertThat(island.at(micros("2024-04-07T01:45:00+11:00")))
			.isEqualTo(new Window(micros("2024-04-07T01:00:00+11:00"), micros("2024-04-07T02:00:00+11:00")));
	}

	@Test
	void retryComesWhenTheDayEnds() {
		Limit limit = Limit.of("100/d").perCalendar(ZoneId.of("America/New_York"));
		CountedKey key = new CountedKey(limit);
		long now = micros("2024-11-03T00:30:00-04:00");
		assertThat(key.admits(now, 100)).isTrue();
		LimitStatus status = key.ask(now, 1);
		assertThat(status.retryAfter()).isEqualTo(Duration.ofMinutes(24 * 60 + 30));
		assertThat(status.resetAfter()).isEqualTo(status.retryAfter());
		assertThat(key.admits(micros("2024-11-04T00:00:00-05:00") - 1, 1)).isFalse();
		assertThat(key.admits(micros("2024-11-04T00:00:00-05:00"), 100)).isTrue();
	}

	@Test
	void windowsAreToldFromAllOthers() {
		Set<Long> ids = new HashSet<>();
		for (CalendarUnit unit : CalendarUnit.values()) {
			for (String zone : ZoneId.getAvailableZoneIds()) {
				long id = new CalendarWindows(unit, ZoneId.of(zone)).id();
				assertThat(id).isBetween(1L << 50, 1L << 52);
				assertThat(ids.add(id)).as("%s in %s", unit, zone).isTrue();
			}
		}
	}

	private static long micros(String time) {
		return EpochMicros.of(ZonedDateTime.parse(time).toInstant());
	}

	private static Instant instant(long micros) {
		return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
	}

}
