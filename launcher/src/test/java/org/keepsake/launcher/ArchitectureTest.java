package org.keepsake.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. The roles are libraries; only the launcher puts them together. */
@AnalyzeClasses(packages = "org.keepsake", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String STORE = "org.keepsake.store..";
    private static final String BALANCER = "org.keepsake.balancer..";
    private static final String NODE = "org.keepsake.node..";
    private static final String LAUNCHER = "org.keepsake.launcher..";
    private static final String PICOCLI = "picocli..";
    private static final String HAZELCAST = "com.hazelcast..";

    @ArchTest
    static final ArchRule theStoreNeedsTheJdkAlone = classes()
            .that()
            .resideInAPackage(STORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(STORE, "java..", "javax..", "org.jspecify..", "com.google.errorprone.annotations..");

    @ArchTest
    static final ArchRule theBalancerKnowsNoOtherPart = noClasses()
            .that()
            .resideInAPackage(BALANCER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, NODE, LAUNCHER, PICOCLI, HAZELCAST, "io.undertow.servlet..", "net.spy..");

    @ArchTest
    static final ArchRule theNodeKnowsNoOtherPart = noClasses()
            .that()
            .resideInAPackage(NODE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, BALANCER, LAUNCHER, PICOCLI);

    @ArchTest
    static final ArchRule theMemcachedClientStandsBehindItsOwnPackage = noClasses()
            .that()
            .resideOutsideOfPackage("org.keepsake.node.memcached..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.spy..");

    @ArchTest
    static final ArchRule theClusterIsJoinedInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackages("org.keepsake.launcher.cluster..", "org.keepsake.node.grid..")
            .and()
            .doNotHaveSimpleName("SessionGrid")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(HAZELCAST);

    @ArchTest
    static final ArchRule theClusterKnowsNoRoleAndNoOption = noClasses()
            .that()
            .resideInAPackage("org.keepsake.launcher.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, BALANCER, NODE, PICOCLI);

    @ArchTest
    static final ArchRule optionsAreReadInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("org.keepsake.launcher.options..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PICOCLI);

    @ArchTest
    static final ArchRule dataFlowsOneWay =
            slices().matching("org.keepsake.(**)").should().beFreeOfCycles();
}
