/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;

/** The walls of this module. */
@AnalyzeClasses(
    packages = "io.backhaul.destination",
    importOptions = ImportOption.DoNotIncludeTests.class)
class DestinationsArchitectureTest {

  private static final String ROOT = "io.backhaul.destination.";

  private static final Set<String> SHARED =
      Set.of(
          ROOT + "config",
          ROOT + "http",
          ROOT + "send",
          ROOT + "send.account",
          ROOT + "sandbox",
          ROOT + "inspect");

  /** Whatever is neither the SPI nor shared by all connectors. */
  private static final DescribedPredicate<JavaClass> BELONGS_TO_A_VENDOR =
      DescribedPredicate.describe(
          "belong to a vendor",
          type ->
              type.getPackageName().startsWith(ROOT) && !SHARED.contains(type.getPackageName()));

  @ArchTest
  static final ArchRule knowsNeitherSparkNorTheJobs =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "io.delta..",
              "scala..",
              "io.backhaul.diff..",
              "io.backhaul.jobs..");

  /** Object stores are reached through the file systems that Spark reaches them through. */
  @ArchTest
  static final ArchRule onlyFilesKnowsHadoop =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "files")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hadoop..");

  @ArchTest
  static final ArchRule theSpiKnowsNoTransportSenderOrVendor =
      noClasses()
          .that()
          .resideInAPackage("io.backhaul.destination")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "send..", ROOT + "http..", ROOT + "sandbox..")
          .orShould()
          .dependOnClassesThat(BELONGS_TO_A_VENDOR);

  @ArchTest
  static final ArchRule vendorsDoNotKnowEachOther =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return BELONGS_TO_A_VENDOR.test(type)
                      ? SliceIdentifier.of(type.getPackageName())
                      : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                  return "vendors";
                }
              })
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule theTransportKnowsNoVendorAndNoSender =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "send..", ROOT + "sandbox..")
          .orShould()
          .dependOnClassesThat(BELONGS_TO_A_VENDOR);

  @ArchTest
  static final ArchRule vendorsNeitherRetryNorSleep =
      noClasses()
          .that(BELONGS_TO_A_VENDOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "send..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Sleeper.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule onlyTheSenderUsesResilience4j =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "send..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.resilience4j..");

  @ArchTest
  static final ArchRule theSandboxSharesNothingWithTheConnectors =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "http..", ROOT + "send..")
          .orShould()
          .dependOnClassesThat(BELONGS_TO_A_VENDOR);

  @ArchTest
  static final ArchRule whoSeesPayloadsDoesNotLog =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "http..", ROOT + "sandbox..")
          .or(BELONGS_TO_A_VENDOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.slf4j..", "java.util.logging..");

  @ArchTest
  static final ArchRule vendorsDoNotKnowTheSandbox =
      noClasses()
          .that(BELONGS_TO_A_VENDOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "sandbox..");
}
