/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.backhaul.diff.change.Mode;
import java.util.Arrays;

/** Where the packages of the diff engine may look: rows go from source to mapping to change. */
@AnalyzeClasses(packages = "io.backhaul.diff", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {

  private static final String LINKED = "io.backhaul.diff.delta.internal..";

  /** ArchUnit's own option knows the folder {@code target} alone, see profile spark-4. */
  static final class WithoutTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule nothingHereKnowsADestinationOrAJob =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.backhaul.destination..", "io.backhaul.jobs..");

  @ArchTest
  static final ArchRule sourcesStandAlone =
      alone("source", "validation", "mapping", "change", "state");

  @ArchTest
  static final ArchRule rulesStandAlone =
      alone("validation", "source", "mapping", "change", "state");

  @ArchTest
  static final ArchRule aMappingKnowsOnlyItsRules = alone("mapping", "source", "change", "state");

  @ArchTest
  static final ArchRule reachKnowsNothingThatIsBuiltOnIt =
      alone("reach", "source", "validation", "mapping", "change", "state");

  @ArchTest
  static final ArchRule stateKnowsNotHowChangesAreFound =
      noClasses()
          .that()
          .resideInAPackage("..diff.state..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..diff.source..", "..diff.mapping..", "..diff.validation..")
          .orShould()
          .dependOnClassesThat(resideInAPackage("..diff.change..").and(not(type(Mode.class))));

  /** These differ between Spark 3.5 and 4, and are not there on every platform. */
  @ArchTest
  static final ArchRule onlyAFewClassesReachBelowSparksAndDeltasPublicInterfaces =
      noClasses()
          .that(
              not(
                  simpleName(
                      "(Expression|Query|JdbcQuery)Guard|WrittenExpression|PlanParts|QueriedTables|PlanTrace|AnalysedQuery|UsedColumns|KeyedRows|Fetch"
                          + "|Builtins|DigestScan|OnePass|RepeatedKeys|SnapshotScan|NewsThenSummary|Suspects|Members|Summary|Mask|Rendering|PayloadWriter|JsonForm|SnowflakeReads|DeltaNames|DeltaWriter|SnapshotLog|FencedCommit|SqlSource"
                          + "|Quiet(Rows|Plan|Exec)?|Planned|SparkPlatform")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.sql.catalyst..");

  /** Databricks' build of Delta has other classes than these. */
  @ArchTest
  static final ArchRule onlyOnePackageLinksDeltasOwnClasses =
      noClasses()
          .that()
          .resideOutsideOfPackage(LINKED)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark.sql.delta..");

  /** Not even by type: it is loaded by name, in one place, and goes by an interface. */
  @ArchTest
  static final ArchRule nothingLinksThatPackage =
      noClasses()
          .that()
          .resideOutsideOfPackage(LINKED)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(LINKED);

  @ArchTest
  static final ArchRule whatIsAskedOfALogStandsAlone =
      alone("delta", "source", "validation", "mapping", "change", "state");

  private static DescribedPredicate<JavaClass> simpleName(String pattern) {
    return DescribedPredicate.describe(pattern, c -> c.getSimpleName().matches(pattern));
  }

  /** Their days and moments depend on the JVM's zone and on the Julian calendar. */
  @ArchTest
  static final ArchRule valuesNeverPassThroughTheDatesOfJavaSql =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.sql.Date")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.sql.Timestamp");

  private static ArchRule alone(String from, String... others) {
    return noClasses()
        .that()
        .resideInAPackage("io.backhaul.diff." + from + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Arrays.stream(others).map(o -> "io.backhaul.diff." + o + "..").toArray(String[]::new));
  }
}
