package service;

import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what the service is. */
@RestController
class HomeController {
  private final String name;

  HomeController(@Value("${spring.application.name}") String name) {
    this.name = name;
  }

  @GetMapping("/")
  Map<String, String> home() {
    return Map.of("service", name);
  }
}
