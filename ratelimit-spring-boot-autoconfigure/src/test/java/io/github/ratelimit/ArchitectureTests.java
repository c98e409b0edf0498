package io.github.ratelimit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that packages use each other, and what is not of this project, only as was
 * decided.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.ratelimit";

	private static final String LOG = "org.apache.commons.logging";

	private static final String LETTUCE = "io.lettuce.core..";

	// The channels that Lettuce lets its users see, and what its methods return
	private static final String[] NETTY = { "io.netty.channel", "io.netty.util.concurrent" };

	private static final String MICROMETER = "io.micrometer..";

	private static final String SERVLET = "jakarta.servlet..";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	static List<Row> table() {
		return List.of(row(""), //
				row("annotation").uses(""), //
				row("algorithm").uses(""), //
				row("store.memory").uses("", "algorithm"), //
				row("store.redis").uses("", "algorithm").needs(LETTUCE, LOG).needs(NETTY), //
				row("resilience").uses("").needs("io.github.resilience4j..", LOG), //
				row("refusal").uses(""), //
				row("lease").uses("", "algorithm").needs(LOG), //
				row("tier").uses("", "algorithm", "identity", "check").needs(LOG), //
				row("tier.json").uses("", "algorithm", "tier").needs("tools.jackson.."), //
				row("tier.jdbc").uses("", "identity", "tier", "tier.json")
					.needs(LOG, "javax.sql", "org.postgresql", "org.springframework.dao", "org.springframework.jdbc..",
							"org.springframework.transaction..", "tools.jackson.."), //
				row("client").uses("", "store.memory")
					.needs("io.github.resilience4j..", LOG, "javax.net.ssl", "org.springframework.http..",
							"org.springframework.web.client", "org.springframework.web.util", "tools.jackson.."), //
				row("identity").uses("", "check")
					.needs(LOG, "javax.crypto..", "org.springframework.expression..", "org.springframework.security.."), //
				row("check").uses("").needs(LOG, "org.springframework.expression.spel"), //
				row("web.http").uses(""), //
				row("web.servlet").uses("", "tier", "identity", "check", "web.http")
					.needs(SERVLET, LOG, "org.springframework.core..", "org.springframework.expression..",
							"org.springframework.http..", "org.springframework.web.."), //
				row("service").uses("", "tier", "tier.json", "identity", "check", "web.http")
					.needs(SERVLET, LOG, MICROMETER, "org.slf4j", "tools.jackson..", "org.springframework.core..",
							"org.springframework.http..", "org.springframework.security..",
							"org.springframework.web.."), //
				row("aop").uses("", "annotation", "tier", "identity", "check")
					.needs(LOG, "org.aopalliance..", "org.springframework.aop..", "org.springframework.asm",
							"org.springframework.beans..", "org.springframework.context..",
							"org.springframework.core..", "org.springframework.expression..",
							"org.springframework.util..", "org.springframework.web.context.request.."), //
				row("observation").uses("", "identity").needs(MICROMETER, LOG, LETTUCE), //
				row("actuate").uses("", "lease", "tier", "identity", "check", "observation")
					.needs("org.springframework.boot.actuate.endpoint..",
							"org.springframework.boot.health.contributor.."));
	}

	@ParameterizedTest
	@MethodSource("table")
	void packageUsesOnlyWhatItMay(Row row) {
		ArchRuleDefinition.classes()
			.that()
			.resideInAPackage(row.name())
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(row.allowed())
			.check(CLASSES);
	}

	@Test
	void everyPackageIsInTheTable() {
		List<String> packages = CLASSES.stream()
			.map(JavaClass::getPackageName)
			.filter((name) -> !name.startsWith(ROOT + ".autoconfigure"))
			.distinct()
			.toList();
		assertThat(packages).containsExactlyInAnyOrderElementsOf(table().stream().map(Row::name).toList());
	}

	@Test
	void nothingUsesTheAutoConfiguration() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT + ".autoconfigure..")
			.check(CLASSES);
	}

	@Test
	void onlyTheAutoConfigurationAndTheActuatorKnowSpringBoot() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackages(ROOT + ".autoconfigure..", ROOT + ".actuate")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot..")
			.check(CLASSES);
	}

	@Test
	void callersAreKnownWithoutSpringSecurity() {
		ArchRuleDefinition.classes()
			.that()
			.resideInAPackage(ROOT + ".identity")
			.and()
			.haveSimpleNameNotStartingWith("Security")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(row("identity").uses("", "check")
				.needs(LOG, "javax.crypto..", "org.springframework.expression..")
				.allowed())
			.check(CLASSES);
	}

	@Test
	void serviceWorksWithoutSpringSecurity() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage(ROOT + ".service")
			.and()
			.haveSimpleNameNotStartingWith("Security")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.security..")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		SlicesRuleDefinition.slices().assignedFrom(new PackageSlices()).should().beFreeOfCycles().check(CLASSES);
	}

	private static Row row(String name) {
		return new Row(qualified(name), List.of());
	}

	private static String qualified(String name) {
		return (name.isEmpty()) ? ROOT : ROOT + "." + name;
	}

	/**
	 * A package and what it may use besides itself, the JDK and nullness annotations.
	 *
	 * @param name name of the package
	 * @param others packages it may use
	 */
	record Row(String name, List<String> others) {

		Row uses(String... names) {
			return with(Arrays.stream(names).map(ArchitectureTests::qualified).toList());
		}

		Row needs(String... libraries) {
			return with(List.of(libraries));
		}

		private Row with(List<String> more) {
			List<String> all = new ArrayList<>(this.others);
			all.addAll(more);
			return new Row(this.name, all);
		}

		String[] allowed() {
			return Stream.concat(Stream.of("java..", "org.jspecify.annotations", this.name), this.others.stream())
				.toArray(String[]::new);
		}

		@Override
		public String toString() {
			return this.name + this.others.stream().collect(Collectors.joining(", ", " may use ", ""));
		}

	}

	/**
	 * Each package is a slice of its own, the root package too.
	 */
	private static final class PackageSlices implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
			return (javaClass.getPackageName().startsWith(ROOT)) ? SliceIdentifier.of(javaClass.getPackageName())
					: SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "packages";
		}

	}

}
