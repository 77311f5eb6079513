/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of this module. */
@AnalyzeClasses(
    packages = "io.backhaul.destination",
    importOptions = ImportOption.DoNotIncludeTests.class)
class DestinationsArchitectureTest {

  private static final String[] VENDORS = {
    "io.backhaul.destination.generic..", "io.backhaul.destination.hubspot.."
  };

  @ArchTest
  static final ArchRule knowsNeitherSparkNorTheJobs =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "org.apache.hadoop..",
              "io.delta..",
              "scala..",
              "io.backhaul.diff..",
              "io.backhaul.jobs..");

  @ArchTest
  static final ArchRule theSpiKnowsNoTransportSenderOrVendor =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.destination")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.backhaul.destination.send..",
              "io.backhaul.destination.http..",
              "io.backhaul.destination.sandbox..",
              "io.backhaul.destination.generic..",
              "io.backhaul.destination.hubspot..");

  @ArchTest
  static final ArchRule vendorsDoNotKnowEachOther =
      slices()
          .matching("io.backhaul.destination.(generic|hubspot)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule theTransportKnowsNoVendorAndNoSender =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.destination.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.backhaul.destination.send..",
              "io.backhaul.destination.sandbox..",
              "io.backhaul.destination.generic..",
              "io.backhaul.destination.hubspot..");

  @ArchTest
  static final ArchRule vendorsNeitherRetryNorSleep =
      noClasses()
          .that()
          .resideInAnyPackage(VENDORS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.backhaul.destination.send..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Sleeper.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule onlyTheSenderUsesResilience4j =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.backhaul.destination.send..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.resilience4j..");

  @ArchTest
  static final ArchRule theSandboxSharesNothingWithTheConnectors =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.destination.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.backhaul.destination.generic..",
              "io.backhaul.destination.hubspot..",
              "io.backhaul.destination.http..",
              "io.backhaul.destination.send..");

  @ArchTest
  static final ArchRule whoSeesPayloadsDoesNotLog =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.backhaul.destination.http..",
              "io.backhaul.destination.generic..",
              "io.backhaul.destination.hubspot..",
              "io.backhaul.destination.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.slf4j..", "java.util.logging..");

  @ArchTest
  static final ArchRule vendorsDoNotKnowTheSandbox =
      noClasses()
          .that()
          .resideInAnyPackage(VENDORS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.backhaul.destination.sandbox..");
}
