/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Data moves down one line; so do the dependencies. Packages that are not there yet pass. */
@AnalyzeClasses(
    packages = "io.backhaul",
    importOptions = {
      ArchitectureTest.WithoutTests.class,
      ArchitectureTest.DoNotIncludeTestkits.class
    })
class ArchitectureTest {

  /** ArchUnit's own option knows the folder {@code target} alone, see profile spark-4. */
  static final class WithoutTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  static final class DoNotIncludeTestkits implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/testkit/") && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule destinationsKnowNeitherSparkNorTheRest =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.destination..")
          .and()
          .resideOutsideOfPackage("io.backhaul.destination.files") // its own walls: Hadoop, no more
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "io.delta..",
              "org.apache.hadoop..",
              "io.backhaul.diff..",
              "io.backhaul.jobs..");

  @ArchTest
  static final ArchRule theDiffEngineKnowsNoDestinationAndNoJob =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.diff..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.backhaul.destination..", "io.backhaul.jobs..");

  /** Databricks' build of Delta has other classes than these. */
  @ArchTest
  static final ArchRule onlyOnePackageLinksDeltasOwnClasses =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.backhaul.diff.delta.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.sql.delta..", "io.backhaul.diff.delta.internal..");

  @ArchTest
  static final ArchRule specsAreReadWithoutASession =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.jobs.spec..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.apache.spark..")
                  .and(resideOutsideOfPackages("org.apache.spark.sql.types..")))
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("io.delta..");

  @ArchTest
  static final ArchRule specsKnowNothingThatIsBuiltOnThem =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.jobs.spec..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.backhaul.jobs..")
                  .and(resideOutsideOfPackages("io.backhaul.jobs.spec..")));

  @ArchTest
  static final ArchRule theControlPlaneDecidesWithoutASession =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.jobs.fleet..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "io.delta..", "org.apache.hadoop..");

  @ArchTest
  static final ArchRule theControlPlaneKnowsNotThatItIsSimulated =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.jobs.fleet")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.backhaul.jobs.fleet.simulation..");

  @ArchTest
  static final ArchRule theLedgerKnowsNoRun =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.jobs.ledger..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.backhaul.jobs.sync..", "io.backhaul.jobs.deadletter..", "io.backhaul.jobs.cli..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nothingIsBuiltOnTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.backhaul.jobs.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.backhaul.jobs.cli..", "picocli..");

  @ArchTest
  static final ArchRule commandsHoldNoLogic =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.jobs.cli..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "io.delta..",
                  "org.apache.spark.sql.catalyst..",
                  "org.apache.spark.sql.expressions..",
                  "io.backhaul.destination.send..",
                  "io.backhaul.destination.http.."))
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.spark.sql.functions")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule vendorsDoNotKnowEachOther =
      slices()
          .matching("io.backhaul.destination.(generic|hubspot|salesforce|marketo|zendesk)..")
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule jobsHaveNoCycles =
      slices().matching("io.backhaul.jobs.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Utils?|Impl)")
          .because("such names hide what a class is responsible for");

  @ArchTest
  static final ArchRule timeIsPassedIn =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Sleeper")
          .and()
          .resideOutsideOfPackages("io.backhaul.jobs.cli..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
